{{/* The configuration in effect, but for `stages`, as JSON: config/ricochet.toml,
over it what a release has for itself, over it the values, over it what the
chart must set. */}}
{{- define "ricochet.config" -}}
{{- $config := .Files.Get "files/ricochet.toml" | fromToml -}}
{{- if hasKey $config "Error" -}}
{{- fail (printf "files/ricochet.toml: %s" $config.Error) -}}
{{- end -}}
{{- $own := printf "%s.%s." .Release.Namespace (include "ricochet.fullname" .) -}}
{{- $topics := dict "evidence" (print $own "evidence") "attempts_state" (print $own "attempts-state") "ledger_state" (print $own "ledger-state") -}}
{{- range $key := list "delivery_events" "dead_letters" "suppressions" "suppression_history" "bounce_rates" -}}
{{- $_ := set $topics $key (print $.Values.outputPrefix (index $config.topics $key)) -}}
{{- end -}}
{{- $release := dict "kafka" (dict "group_prefix" $own) "topics" $topics -}}
{{- $chart := dict "kafka" (dict "ordinal" "hostname" "properties" (include "ricochet.properties" . | fromJson)) "http" (include "ricochet.httpSecrets" . | fromJson) -}}
{{- if .Values.rules.mounted -}}
{{- $_ := set $chart "rules" (dict "path" "/etc/ricochet/rules") -}}
{{- end -}}
{{- mergeOverwrite $config $release (deepCopy .Values.config) $chart | toJson -}}
{{- end -}}

{{/* What the Secrets of kafka.sasl and kafka.tls make of librdkafka's
properties. */}}
{{- define "ricochet.properties" -}}
{{- $properties := dict -}}
{{- $sasl := .Values.kafka.sasl -}}
{{- $tls := .Values.kafka.tls -}}
{{- if or $sasl.secret $tls.enabled -}}
{{- $_ := set $properties "security.protocol" (print (ternary "SASL_" "" (not (empty $sasl.secret))) (ternary "SSL" "PLAINTEXT" $tls.enabled)) -}}
{{- end -}}
{{- if $sasl.secret -}}
{{- $_ := set $properties "sasl.mechanisms" $sasl.mechanism -}}
{{- $_ := set $properties "sasl.username" (dict "file" "/etc/ricochet/kafka-sasl/username") -}}
{{- $_ := set $properties "sasl.password" (dict "file" "/etc/ricochet/kafka-sasl/password") -}}
{{- end -}}
{{- if and $tls.enabled $tls.secret -}}
{{- $_ := set $properties "ssl.ca.location" "/etc/ricochet/kafka-tls/ca.crt" -}}
{{- if $tls.clientCertificate -}}
{{- $_ := set $properties "ssl.certificate.location" "/etc/ricochet/kafka-tls/tls.crt" -}}
{{- $_ := set $properties "ssl.key.location" "/etc/ricochet/kafka-tls/tls.key" -}}
{{- end -}}
{{- end -}}
{{- $properties | toJson -}}
{{- end -}}

{{- define "ricochet.httpSecrets" -}}
{{- $http := dict -}}
{{- if .Values.http.tlsSecret -}}
{{- $http = dict "tls_certificate" "/etc/ricochet/http-tls/tls.crt" "tls_key" "/etc/ricochet/http-tls/tls.key" -}}
{{- end -}}
{{- if .Values.http.authSecret -}}
{{- range $key, $file := dict "user" "username" "password" "password" -}}
{{- $_ := set $http $key (dict "file" (print "/etc/ricochet/http-user/" $file)) -}}
{{- end -}}
{{- end -}}
{{- $http | toJson -}}
{{- end -}}

{{/* A configuration as TOML. Helm's toToml writes whole numbers as fractions and
{ file = ... } as tables, which mean other things. JSON's strings, numbers and
lists are TOML's. */}}
{{- define "ricochet.toml" -}}
# From config/ricochet.toml and the values of the release.
{{- range $key, $value := . }}
{{- if not (include "ricochet.isTable" $value) }}
{{ $key }} = {{ toJson $value }}
{{- end }}
{{- end }}
{{- range $section, $table := . }}
{{- if kindIs "map" $table }}

[{{ $section }}]
{{- range $key, $value := omit $table "properties" }}
{{ $key }} = {{ include "ricochet.tomlValue" $value }}
{{- end }}
{{- with $table.properties }}

[{{ $section }}.properties]
{{- range $key, $value := . }}
{{ toJson $key }} = {{ include "ricochet.tomlValue" $value }}
{{- end }}
{{- end }}
{{- else if include "ricochet.isTable" $table }}
{{- range $rule := $table }}

[[{{ $section }}]]
{{- range $key, $value := $rule }}
{{ $key }} = {{ include "ricochet.tomlValue" $value }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{ end -}}

{{/* Not empty: a table, or a list of tables. */}}
{{- define "ricochet.isTable" -}}
{{- if or (kindIs "map" .) (and (kindIs "slice" .) . (kindIs "map" (first .))) -}}table{{- end -}}
{{- end -}}

{{- define "ricochet.tomlValue" -}}
{{- if kindIs "map" . -}}
{{- $parts := list -}}
{{- range $key, $value := . -}}
{{- $parts = append $parts (printf "%s = %s" $key (toJson $value)) -}}
{{- end -}}
{ {{ join ", " $parts }} }
{{- else -}}
{{ toJson . }}
{{- end -}}
{{- end -}}

{{/* Whole seconds of a duration such as 1500ms or 2m, rounded up. */}}
{{- define "ricochet.seconds" -}}
{{- $number := regexFind "^[0-9]+" . | int -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- if eq $unit "ms" -}}
{{- div (add $number 999) 1000 -}}
{{- else -}}
{{- mul $number (index (dict "s" 1 "m" 60 "h" 3600 "d" 86400) $unit) -}}
{{- end -}}
{{- end -}}

{{/* The port of the configuration's http.listen. */}}
{{- define "ricochet.port" -}}
{{- regexFind "[0-9]+$" .http.listen -}}
{{- end -}}

{{/* The rule files that are read at the start only. */}}
{{- define "ricochet.restartRules" -}}
{{- if .Values.rules.mounted -}}
{{- range $name := list "policy.toml" "providers.toml" -}}
{{- default ($.Files.Get (print "files/rules/" $name)) (index $.Values.rules.files $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
