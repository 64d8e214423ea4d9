"""What the service counts of itself, for Prometheus; docs/operations.md says what each figure means.

Where several processes serve, each keeps its figures in a file of `config.metrics_files`, and whichever is asked adds
them up. A figure that only makes sense for one process has its number as the label `pid`.
"""

from prometheus_client import Counter, Gauge, Histogram

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Upper bounds in seconds; what people wait for should stand in the lower half."""

REQUESTS = Counter("termbase_requests", "Requests answered.", ["view", "method", "status"])
REQUEST_SECONDS = Histogram("termbase_request_seconds", "Time to answer a request.", ["view"], buckets=_FAST)
WAIT_SECONDS = Histogram("termbase_wait_seconds", "Time a request waits for its turn.", buckets=_FAST)
SHED = Counter(
    "termbase_shed", "Requests told to come again: too many waited before them, or they had waited too long.", ["why"]
)
LOOKUPS = Counter("termbase_lookups", "Look-ups, by how the first hit matched; none for no hit.", ["match"])
READS = Counter("termbase_reads", "Requests that only read, by the database they read from.", ["server"])
RECOGNITION_SECONDS = Histogram("termbase_recognition_seconds", "Time to recognise the texts of a call.", buckets=_FAST)
MATCHER_BUILT = Gauge(
    "termbase_matcher_built_timestamp_seconds", "When the matchers were built.", multiprocess_mode="liveall"
)
MATCHER_TERMS = Gauge(
    "termbase_matcher_terms", "Terms that the matchers were built of.", ["side"], multiprocess_mode="liveall"
)
MATCHER_MEMORY = Gauge(
    "termbase_matcher_memory_bytes", "What a process grew by when it first built them.", multiprocess_mode="liveall"
)
MATCHER_CHANGED = Gauge(
    "termbase_matcher_changed_concepts", "Concepts changed since they were built.", multiprocess_mode="liveall"
)
