export const usage: string = `Load tests that verify tail latency.

  holdfast-load <url> --rate <n> [options]    load a server that is there
  holdfast-load <file> [options]              run the experiments that a module exports

With a URL:
  -r, --rate <n>            requests a second, evenly, whatever becomes of them
  -d, --duration <time>     how long: 10 (seconds), 500ms, 2m             [10]
      --together <n>        so many at a time, as much more seldom          [1]
  -e, --expect <text>       what must hold: 'p99 < 50ms', 'errors <= 1%'; may be said often
  -c, --connections <n>     how many connections                          [100]
      --timeout <time>      how long an answer is waited for              [10]
      --warmup <time>       load before, which is not counted             [1]
      --method <method>     GET, POST, PUT, PATCH, DELETE or OPTIONS      [GET]
      --header <text>       'name: value'; may be said often
      --body <text>         the body of each request
      --allow-remote        you may load another machine than this one
      --keep-going          go on when nothing was answered for 3 seconds

With a file:
      --only <name>         this experiment only; may be said often

      --json <path>         write the figures as JSON; - is standard output
      --report <path>       write a report with plots, one HTML file
  -q, --quiet               no progress, no table
  -h, --help                this
      --version             the version

Exit codes: 0 all verdicts hold; 1 one does not; 2 it could not be run; 130 interrupted.
`
