{{- define "ricochet.usesKeda" -}}
{{- range include "ricochet.processes" . | fromJson -}}
{{- if eq .values.autoscaling.by "keda" -}}yes{{- end -}}
{{- end -}}
{{- end -}}

{{/* Which TriggerAuthentication the triggers use; empty: none. */}}
{{- define "ricochet.kedaAuthentication" -}}
{{- $kafka := .Values.kafka -}}
{{- if .Values.autoscaling.keda.authentication -}}
{{- .Values.autoscaling.keda.authentication -}}
{{- else if or $kafka.sasl.secret (and $kafka.tls.enabled $kafka.tls.secret) -}}
{{- include "ricochet.fullname" . -}}
{{- end -}}
{{- end -}}

{{/* How the kafka trigger logs in, in KEDA's words, as JSON. */}}
{{- define "ricochet.kedaLogin" -}}
{{- $login := dict -}}
{{- with .Values.kafka.sasl -}}
{{- if .secret -}}
{{- $words := dict "PLAIN" "plaintext" "SCRAM-SHA-256" "scram_sha256" "SCRAM-SHA-512" "scram_sha512" -}}
{{- $_ := set $login "sasl" (index $words .mechanism) -}}
{{- end -}}
{{- end -}}
{{- if .Values.kafka.tls.enabled -}}
{{- $_ := set $login "tls" "enable" -}}
{{- end -}}
{{- $login | toJson -}}
{{- end -}}
