{{/* What pods of the StatefulSets and of the job have in common: who they run
as. Fits Pod Security `restricted`. */}}
{{- define "ricochet.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ int .Values.userId }}
  runAsGroup: {{ int .Values.userId }}
  fsGroup: {{ int .Values.userId }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What all containers have in common; ends in volumeMounts. */}}
{{- define "ricochet.container" -}}
image: {{ include "ricochet.image" . | trim }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- with .Values.extraEnv }}
env: {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - {name: config, mountPath: /etc/ricochet/config, readOnly: true}
  {{- range include "ricochet.secretVolumes" . | fromJsonArray }}
  - {name: {{ .name }}, mountPath: /etc/ricochet/{{ .name }}, readOnly: true}
  {{- end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Takes (list context name-of-the-config-map). */}}
{{- define "ricochet.volumes" -}}
{{- $context := index . 0 -}}
- name: config
  configMap: {name: {{ index . 1 }}}
{{- range include "ricochet.secretVolumes" $context | fromJsonArray }}
- name: {{ .name }}
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
    items:
      {{- range .items }}
      - {key: {{ .key | quote }}, path: {{ .path }}}
      {{- end }}
{{- end }}
{{- with $context.Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The Secrets that are mounted, as JSON: name, secret, items. */}}
{{- define "ricochet.secretVolumes" -}}
{{- $volumes := list -}}
{{- with .Values.kafka.sasl -}}
{{- if .secret -}}
{{- $items := list (dict "key" .usernameKey "path" "username") (dict "key" .passwordKey "path" "password") -}}
{{- $volumes = append $volumes (dict "name" "kafka-sasl" "secret" .secret "items" $items) -}}
{{- end -}}
{{- end -}}
{{- with .Values.kafka.tls -}}
{{- if and .enabled .secret -}}
{{- $items := list (dict "key" .caKey "path" "ca.crt") -}}
{{- if .clientCertificate -}}
{{- $items = concat $items (list (dict "key" "tls.crt" "path" "tls.crt") (dict "key" "tls.key" "path" "tls.key")) -}}
{{- end -}}
{{- $volumes = append $volumes (dict "name" "kafka-tls" "secret" .secret "items" $items) -}}
{{- end -}}
{{- end -}}
{{- with .Values.http.tlsSecret -}}
{{- $items := list (dict "key" "tls.crt" "path" "tls.crt") (dict "key" "tls.key" "path" "tls.key") -}}
{{- $volumes = append $volumes (dict "name" "http-tls" "secret" . "items" $items) -}}
{{- end -}}
{{- with .Values.http.authSecret -}}
{{- $items := list (dict "key" "username" "path" "username") (dict "key" "password" "path" "password") -}}
{{- $volumes = append $volumes (dict "name" "http-user" "secret" . "items" $items) -}}
{{- end -}}
{{- $volumes | toJson -}}
{{- end -}}

{{- define "ricochet.httpGet" -}}
{path: {{ index . 1 }}, port: http, scheme: {{ ternary "HTTPS" "HTTP" (not (empty (index . 0).http.tls_certificate)) }}}
{{- end -}}
