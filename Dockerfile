# One file for every service and for the operator. The context is a folder of static binaries:
#   docker build --build-arg BIN=orders --tag shopkeeper/orders --file Dockerfile target/x86_64-unknown-linux-gnu/release
FROM scratch
ARG BIN
LABEL org.opencontainers.image.title="shopkeeper ${BIN}"
COPY ${BIN} /usr/bin/service
USER 65532:65532
ENTRYPOINT ["/usr/bin/service"]
