{{/* The parts that pods of all components share. Each takes a dict: root, component, and what is said beside it. */}}

{{/* Of a pod's spec. isHook: there is no service account yet. */}}
{{- define "visurf.pod" -}}
serviceAccountName: {{ if .isHook }}default{{ else }}{{ include "visurf.serviceAccount" .root }}{{ end }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1654
  runAsGroup: 1654
  fsGroup: 1654
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{- define "visurf.security" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop:
      - ALL
{{- end }}

{{/* The name of a secret's value as an environment variable: name, secret. */}}
{{- define "visurf.secret" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret.name }}
      key: {{ .secret.key }}
{{- end }}

{{/* What every container is told. */}}
{{- define "visurf.env" -}}
- name: ViSurf__Roles
  value: {{ .component }}
- name: ViSurf__Node
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
{{ include "visurf.secret" (dict "name" "ViSurf__Postgres" "secret" .root.Values.postgres.secret) }}
{{- range $name, $value := .root.Values.env }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* What a member of the cluster is told beyond that. */}}
{{- define "visurf.siloEnv" -}}
- name: ViSurf__Address
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
{{- end }}

{{/* Where checkpoints are: for those who train. */}}
{{- define "visurf.blobEnv" -}}
{{- if .Values.blob.secret.name }}
{{- include "visurf.secret" (dict "name" "ViSurf__Blob" "secret" .Values.blob.secret) }}
{{- end }}
{{- end }}

{{/* startSeconds: how long the first answer may take. */}}
{{- define "visurf.probes" -}}
startupProbe:
  httpGet:
    path: /health/startup
    port: http
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: {{ div .startSeconds 5 }}
readinessProbe:
  httpGet:
    path: /health/ready
    port: http
  periodSeconds: 5
  # The program waits 5 s for the database before it says no.
  timeoutSeconds: 6
  failureThreshold: 2
livenessProbe:
  httpGet:
    path: /health/live
    port: http
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end }}

{{- define "visurf.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- if .trains }}
- name: checkpoints
  mountPath: /var/cache/visurf
{{- end }}
{{- if .root.Values.files.claim }}
- name: files
  mountPath: {{ .root.Values.files.path }}
  readOnly: true
{{- end }}
{{- end }}

{{- define "visurf.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: 10Gi
{{- if .trains }}
- name: checkpoints
  emptyDir:
    # What is being fetched, and what was fetched within the last minute, is beyond the cache's own limit.
    sizeLimit: {{ mul 2 .root.Values.checkpointCacheGib }}Gi
{{- end }}
{{- with .root.Values.files.claim }}
- name: files
  persistentVolumeClaim:
    claimName: {{ . }}
    readOnly: true
{{- end }}
{{- end }}

{{/* Where pods may run: nodeSelector and tolerations of the values of a component. */}}
{{- define "visurf.where" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Pods of a component on as many nodes and zones as there are. */}}
{{- define "visurf.spread" -}}
topologySpreadConstraints:
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "visurf.selector" $ | nindent 8 }}
    matchLabelKeys:
      - pod-template-hash
{{- end }}
{{- end }}
