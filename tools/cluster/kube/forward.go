package main

import (
	"flag"
	"io"
	"log"
	"net"
	"sync"
	"time"
)

// forward listens on an address and passes each connection on to another: it makes a node's port answer on
// localhost, which kind does with a published port.
func forward(args []string) error {
	flags := flag.NewFlagSet("forward", flag.ExitOnError)
	target := flags.String("to", "", "address to pass connections on to")
	if err := flags.Parse(args); err != nil {
		return err
	}
	failed := make(chan error)
	for _, address := range flags.Args() {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return err
		}
		go func() { failed <- accept(listener, *target) }()
	}
	return <-failed
}

func accept(listener net.Listener, target string) error {
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go relay(client.(*net.TCPConn), target)
	}
}

// relay copies both ways until both sides have said all; a half-closed connection keeps its other half.
func relay(client *net.TCPConn, target string) {
	defer client.Close()
	connection, err := net.DialTimeout("tcp", target, 5*time.Second)
	if err != nil {
		log.Print(err)
		return
	}
	server := connection.(*net.TCPConn)
	defer server.Close()
	var both sync.WaitGroup
	for _, way := range []struct{ from, to *net.TCPConn }{{client, server}, {server, client}} {
		both.Go(func() {
			if _, err := io.Copy(way.to, way.from); err != nil {
				way.from.CloseRead()
			}
			way.to.CloseWrite()
		})
	}
	both.Wait()
}
