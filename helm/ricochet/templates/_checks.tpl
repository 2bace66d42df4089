{{/* What values.schema.json cannot say. */}}
{{- define "ricochet.checks" -}}
{{- $config := include "ricochet.config" . | fromJson -}}
{{- include "ricochet.checkReplicas" (list . $config) -}}
{{- include "ricochet.checkSecrets" . -}}
{{- include "ricochet.checkTwice" . -}}
{{- include "ricochet.checkNeighbours" (list . $config) -}}
{{- $host := regexReplaceAll ":[0-9]+$" $config.http.listen "" -}}
{{- if or (hasPrefix "127." $host) (has $host (list "localhost" "[::1]")) -}}
{{- fail (printf "config.http.listen is %s, where neither the kubelet nor Prometheus can ask; use 0.0.0.0:9464" $config.http.listen) -}}
{{- end -}}
{{- if and .Values.rules.mounted (dig "rules" "path" "" .Values.config) -}}
{{- fail "config.rules.path is set: rules.mounted must be false then" -}}
{{- end -}}
{{- if and .Values.kafka.tls.clientCertificate (not .Values.kafka.tls.secret) -}}
{{- fail "kafka.tls.clientCertificate needs kafka.tls.secret, which holds tls.crt and tls.key" -}}
{{- end -}}
{{- if and .Values.kafka.tls.secret (not .Values.kafka.tls.enabled) -}}
{{- fail "kafka.tls.secret is set, but kafka.tls.enabled is false" -}}
{{- end -}}
{{- end -}}

{{/* A worker beyond the partitions of its topics has nothing to do. */}}
{{- define "ricochet.checkReplicas" -}}
{{- $context := index . 0 -}}
{{- $config := index . 1 -}}
{{- $partitions := dict "attempts" (mul $config.topics.partitions (len $config.topics.logs)) "ledger" (int $config.topics.evidence_partitions) -}}
{{- range $component, $process := include "ricochet.processes" $context | fromJson -}}
{{- $scaled := $process.values.autoscaling -}}
{{- $key := "replicas" -}}
{{- $pods := int $process.values.replicas -}}
{{- if ne $scaled.by "none" -}}
{{- $key = "autoscaling.max" -}}
{{- $pods = int $scaled.max -}}
{{- if gt (int $scaled.min) $pods -}}
{{- fail (printf "%s.autoscaling: min is %d, more than max, %d" $component (int $scaled.min) $pods) -}}
{{- end -}}
{{- end -}}
{{- $idle := list -}}
{{- range $stage := $process.stages -}}
{{- $workers := int (index $config $stage).workers -}}
{{- $most := int (index $partitions $stage) -}}
{{- if gt (mul $pods $workers) $most -}}
{{- $idle = append $idle (printf "%s: %d pods of %d workers, but %d partitions" $stage $pods $workers $most) -}}
{{- end -}}
{{- end -}}
{{- if eq (len $idle) (len $process.stages) -}}
{{- fail (printf "%s.%s is %d: there would be pods without a partition to read (%s). Take fewer, or say how many partitions there are in config.topics" $component $key $pods (join "; " $idle)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The configuration is a ConfigMap: no place for secrets. */}}
{{- define "ricochet.checkSecrets" -}}
{{- $config := .Values.config -}}
{{- if kindIs "string" (dig "http" "password" dict $config) -}}
{{- fail "config.http.password would lie in a ConfigMap: name a Secret in http.authSecret" -}}
{{- end -}}
{{- range $name, $value := dig "kafka" "properties" dict $config -}}
{{- $secret := regexMatch "(?i)password|passwd|secret|token|jaas|key\\.pem|oauthbearer\\.config" $name -}}
{{- if and $secret (not (kindIs "map" $value)) -}}
{{- fail (printf "config.kafka.properties: %s would lie in a ConfigMap: name a Secret in kafka.sasl.secret, or write {file: ...} or {env: ...} and mount it by extraVolumes or extraEnv" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What the Secrets say, `config` must not say, too: it would not count. */}}
{{- define "ricochet.checkTwice" -}}
{{- $given := dig "kafka" "properties" dict .Values.config -}}
{{- range $name := keys (include "ricochet.properties" . | fromJson) | sortAlpha -}}
{{- if hasKey $given $name -}}
{{- $by := ternary "kafka.sasl" "kafka.tls" (hasPrefix "sasl." $name) -}}
{{- if eq $name "security.protocol" -}}{{- $by = "kafka.sasl and kafka.tls" -}}{{- end -}}
{{- fail (printf "config.kafka.properties: %s is set by %s already: take it out of one of the two" $name $by) -}}
{{- end -}}
{{- end -}}
{{- $given = dig "http" dict .Values.config -}}
{{- range $name := keys (include "ricochet.httpSecrets" . | fromJson) | sortAlpha -}}
{{- if hasKey $given $name -}}
{{- $by := ternary "http.tlsSecret" "http.authSecret" (hasPrefix "tls_" $name) -}}
{{- fail (printf "config.http.%s is set by %s already: take it out of one of the two" $name $by) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The topics that must be this release's alone, as "brokers topic" each. */}}
{{- define "ricochet.ownTopics" -}}
{{- $names := list -}}
{{- range $key := list "delivery_events" "dead_letters" "evidence" "suppressions" "suppression_history" "bounce_rates" "attempts_state" "ledger_state" -}}
{{- $names = append $names (index $.topics $key) -}}
{{- end -}}
{{- sortAlpha $names | join "," -}}
{{- end -}}

{{/* Two releases that write the same topics would undo each other's work. Seen
within a namespace, where there is a cluster to ask. */}}
{{- define "ricochet.checkNeighbours" -}}
{{- $context := index . 0 -}}
{{- $config := index . 1 -}}
{{- $ours := splitList "," (include "ricochet.ownTopics" $config) -}}
{{- range $set := dig "items" list (lookup "apps/v1" "StatefulSet" $context.Release.Namespace "") -}}
{{- $notes := dig "metadata" "annotations" dict $set -}}
{{- $other := dig "metadata" "labels" "app.kubernetes.io/instance" "" $set -}}
{{- if and (ne $other $context.Release.Name) (eq (dig "ricochet/brokers" "" $notes) $config.kafka.brokers) -}}
{{- range $topic := splitList "," (dig "ricochet/writes" "" $notes) -}}
{{- if has $topic $ours -}}
{{- fail (printf "release %s writes the topic %s already: set outputPrefix, or config.topics" $other $topic) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
