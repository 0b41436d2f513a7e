{{/* The name of everything in a release: the release's own, with what it is. */}}
{{- define "shopkeeper.name" -}}
{{- printf "%s-operator" (.Release.Name | trunc 54 | trimSuffix "-") -}}
{{- end -}}

{{/* The name of what is not in a namespace, where two releases could meet. */}}
{{- define "shopkeeper.clusterName" -}}
{{- printf "%s:%s" .Release.Namespace (include "shopkeeper.name" .) -}}
{{- end -}}

{{- define "shopkeeper.tag" -}}
{{- .Values.image.tag | default .Chart.AppVersion -}}
{{- end -}}

{{/* Never changes once shipped: a Deployment's selector cannot. */}}
{{- define "shopkeeper.selector" -}}
app.kubernetes.io/name: shopkeeper-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "shopkeeper.labels" -}}
{{ include "shopkeeper.selector" . }}
app.kubernetes.io/component: operator
app.kubernetes.io/part-of: shopkeeper
app.kubernetes.io/version: {{ include "shopkeeper.tag" . | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}
