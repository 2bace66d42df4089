{{/* What all objects of a release begin with. At most 40 characters: a
StatefulSet adds a stage to it and Kubernetes a hash, and a label holds 63. Two
long names that begin alike stay different. */}}
{{- define "ricochet.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- $full = default $full .Values.fullnameOverride -}}
{{- if gt (len $full) 40 -}}
{{- $full = printf "%s-%s" (trunc 31 $full | trimSuffix "-") (sha256sum $full | trunc 8) -}}
{{- end -}}
{{- $full -}}
{{- end -}}

{{- define "ricochet.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "ricochet.labels" -}}
{{ include "ricochet.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* metadata of an object. Takes (list context suffix). */}}
{{- define "ricochet.metadata" -}}
{{- $context := index . 0 -}}
name: {{ include "ricochet.fullname" $context }}{{ index . 1 }}
namespace: {{ $context.Release.Namespace }}
labels:
  {{- include "ricochet.labels" $context | nindent 2 }}
{{- end -}}

{{- define "ricochet.serviceAccount" -}}
{{- default (include "ricochet.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "ricochet.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ default $.Chart.AppVersion .tag }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The StatefulSets of the layout, as JSON: component -> suffix of its name,
stages, and its values. */}}
{{- define "ricochet.processes" -}}
{{- if eq .Values.layout "combined" -}}
{{- dict "combined" (dict "suffix" "" "stages" (list "attempts" "ledger") "values" .Values.combined) | toJson -}}
{{- else -}}
{{- $processes := dict -}}
{{- range $stage := list "attempts" "ledger" -}}
{{- $_ := set $processes $stage (dict "suffix" (printf "-%s" $stage) "stages" (list $stage) "values" (index $.Values $stage)) -}}
{{- end -}}
{{- $processes | toJson -}}
{{- end -}}
{{- end -}}
