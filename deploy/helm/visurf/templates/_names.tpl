{{/* The release's full name; short enough for a StatefulSet's name and its pods' to be made from it. */}}
{{- define "visurf.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 30 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 30 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/* What selects the pods of a component: dict root, component, pool (may be empty). */}}
{{- define "visurf.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- with .pool }}
visurf/pool: {{ . | quote }}
{{- end }}
{{- end }}

{{/* What selects the members of the cluster, whatever their component. */}}
{{- define "visurf.silos" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
visurf/silo: "true"
{{- end }}

{{/* The labels of an object: as above. Pods have those that select them and no more: another version of the chart alone restarts none. */}}
{{- define "visurf.labels" -}}
{{ include "visurf.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "visurf.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "visurf.name" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end }}

{{/* The image: dict root, device. */}}
{{- define "visurf.image" -}}
{{- $image := .root.Values.image -}}
{{- $tag := $image.tag | default .root.Chart.AppVersion -}}
{{- if eq .device "cuda" -}}
{{- $tag = $image.cudaTag | default (printf "%s-cuda" $tag) -}}
{{- end -}}
{{- printf "%s:%s" $image.repository $tag -}}
{{- end }}

{{/* What a schema cannot say. */}}
{{- define "visurf.check" -}}
{{- $secret := .Values.blob.secret.name -}}
{{- $account := .Values.blob.account -}}
{{- if and $secret $account -}}
{{- fail "blob.secret.name and blob.account are both there; allowed: one of them" -}}
{{- end -}}
{{- if not (or $secret $account) -}}
{{- fail "blob.secret.name and blob.account are both missing; allowed: one of them" -}}
{{- end -}}
{{- if and $account (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) -}}
{{- fail "serviceAccount.name is missing; allowed with blob.account: a service account that may write to it, or serviceAccount.create" -}}
{{- end -}}
{{- $ingress := .Values.api.ingress -}}
{{- if and $ingress.enabled (not $ingress.host) -}}
{{- fail "api.ingress.host is missing; allowed: a host name, where api.ingress.enabled is true" -}}
{{- end -}}
{{- $names := list -}}
{{- range $i, $pool := .Values.gpu.pools -}}
{{- if has $pool.name $names -}}
{{- fail (printf "gpu.pools.%d.name is '%s' as another's is; allowed: a name of its own" $i $pool.name) -}}
{{- end -}}
{{- $names = append $names $pool.name -}}
{{- end -}}
{{- end }}
