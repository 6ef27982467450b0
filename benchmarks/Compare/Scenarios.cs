using System.Diagnostics;

namespace PollHttp.Compare;

/// <summary>What a contestant does for one operation.</summary>
internal enum Work
{
    /// <summary>When a response of known size is read to its end.</summary>
    Get,

    /// <summary>When a unary gRPC call is made.</summary>
    Grpc,

    /// <summary>When a JSON array is read into objects.</summary>
    Json,

    /// <summary>When 1 KiB is sent.</summary>
    Post,

    /// <summary>When 256 MiB are sent from a stream.</summary>
    Upload,

    /// <summary>When one worker reads a response that takes a second, and all others small ones meanwhile.</summary>
    SlowAndFast,

    /// <summary>When one worker reads a large body slowly, and all others small responses meanwhile.</summary>
    BodyBeside,

    /// <summary>When a small response is read, and 200 µs are computed then.</summary>
    Compute,

    /// <summary>When a small response is read, and the thread sleeps for 1 ms then.</summary>
    Block,

    /// <summary>When a process is started for one small response.</summary>
    Cold,

    /// <summary>When connections are opened, used once, and kept: what they cost is measured afterwards.</summary>
    Idle,
}

/// <summary>What is handed to a contestant's process.</summary>
/// <param name="Work">What to do.</param>
/// <param name="Url">Where.</param>
/// <param name="Connections">Requests under way at once, each on a connection of its own, or all on one in HTTP/2.</param>
/// <param name="ExpectedBytes">Length of each response's body.</param>
/// <param name="Rate">Operations to begin each second; 0 for as many as the workers manage.</param>
/// <param name="IsHttp2">Whether to speak HTTP/2 and nothing else, on one connection.</param>
internal sealed record Job(Work Work, Uri Url, int Connections, long ExpectedBytes, int Rate = 0, bool IsHttp2 = false)
{
    public const int PostBytes = 1024;
    public const long UploadBytes = 256L * 1024 * 1024;
    public const long BesideBytes = 1L << 30;
    private readonly Uri _slowUrl = new(Url, Work == Work.BodyBeside ? $"/bytes/{BesideBytes}" : "/slow");

    /// <summary>How many connections a client may open.</summary>
    public int MostConnections => IsHttp2 ? 1 : Connections;

    public bool IsSlow(int worker) => Work is Work.SlowAndFast or Work.BodyBeside && worker == 0;

    /// <summary>What the program does with each response: in place, as programs do, not on a thread of its own.</summary>
    public void Use()
    {
        if (Work == Work.Compute)
        {
            long end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 5000);
            while (Stopwatch.GetTimestamp() < end)
            {
            }
        }
        else if (Work == Work.Block)
        {
            Thread.Sleep(1);
        }
    }

    public Uri UrlOf(int worker) => IsSlow(worker) ? _slowUrl : Url;
}

/// <summary>One table of the report.</summary>
internal sealed record Scenario
{
    public required string Name { get; init; }

    public required string Title { get; init; }

    public Work Work { get; init; }

    public required string Path { get; init; }

    public bool IsTls { get; init; }

    /// <summary>HTTP/2, by prior knowledge or chosen in the handshake; all requests on one connection.</summary>
    public bool IsHttp2 { get; init; }

    /// <summary>Only Kestrel can answer it.</summary>
    public bool NeedsKestrel { get; init; }

    public int Connections { get; init; } = 64;

    public long ExpectedBytes { get; init; } = 13;

    /// <summary>Operations a round at full length; a tenth of it, but at least one for each connection, warms up.</summary>
    public required int Operations { get; init; }

    /// <summary>What an operation is called.</summary>
    public string Unit { get; init; } = "request";

    public string Units => Unit == "body" ? "bodies" : Unit + "s";

    /// <summary>Operations begun each second, or 0 for one after the other by each worker.</summary>
    public int Rate { get; init; }

    /// <summary>Whether the client may use all cores, those of the server too, and requests a second are compared instead of CPU.</summary>
    public bool IsParallel { get; init; }

    /// <summary>Whether rounds with a clock around each request follow.</summary>
    public bool WithLatency { get; init; }

    /// <summary>Whether one operation is a round: a large body, an upload, a start.</summary>
    public bool IsLarge => Operations == 1;

    /// <summary>What moves a gigabyte is long enough to vary little; what opens 10,000 connections does so once.</summary>
    public int MostRounds => Work switch
    {
        Work.Idle => 1,
        Work.Cold => 9,
        _ => IsLarge || Rate is > 0 and < 1000 ? 3 : 7,
    };

    public required IReadOnlyList<string> Contestants { get; init; }

    /// <summary>The set whose figures the README shows and the gate guards.</summary>
    public static IReadOnlyList<Scenario> Short { get; } =
    [
        new()
        {
            Name = "small-get",
            Title = "Small GET, 64 connections",
            Path = "/hello",
            Operations = 20_000,
            Contestants = ["pollhttp-poll", "pollhttp-run", "pollhttp-background", "pollhttp-sync", "httpclient-pollhttp", "httpclient", "httpclient-sync", "raw-epoll", "wrk", "go", "undici", "libcurl"],
        },
    ];

    /// <summary>What most programs use, and the limit of it: one thing after the other, many at once, and at a fixed rate.</summary>
    public static IReadOnlyList<Scenario> Headline { get; } =
    [
        Short[0] with { Title = "Small GET, 1 connection", Connections = 1, Operations = 8_000, Contestants = ["pollhttp-background", "httpclient-pollhttp", "raw-epoll", "httpclient"] },
        Short[0] with { Contestants = ["pollhttp-background", "httpclient-pollhttp", "raw-epoll", "httpclient"] },
        Short[0] with
        {
            Name = "fixed-rate",
            Title = "Small GET, 4,000 begun each second",
            Rate = 4_000,
            Operations = 4_000,
            Contestants = ["pollhttp-background", "httpclient-pollhttp", "httpclient"],
        },
    ];

    public static IReadOnlyList<Scenario> Full { get; } =
    [
        Short[0] with { WithLatency = true },
        Short[0] with
        {
            Title = "Small GET, 1 connection",
            Connections = 1,
            Operations = 8_000,
            WithLatency = true,
        },
        Short[0] with
        {
            Title = "Small GET, 512 connections",
            Connections = 512,
            Contestants = ["pollhttp-poll", "pollhttp-run", "pollhttp-background", "httpclient", "wrk"],
        },
        Short[0] with { Title = "Small GET, 4,096 connections", Connections = 4096, Operations = 40_000, Contestants = ["pollhttp-poll", "pollhttp-background", "httpclient"] },
        new()
        {
            Name = "tls-get",
            Title = "Small GET over TLS, 64 connections",
            Path = "/hello",
            IsTls = true,
            Operations = 10_000,
            Contestants = ["pollhttp-poll", "pollhttp-run", "pollhttp-background", "httpclient", "wrk", "go", "undici", "libcurl"],
        },
        new()
        {
            Name = "json-get",
            Title = "16 KiB of JSON read into objects, 64 connections",
            Work = Work.Json,
            Path = "/json",
            ExpectedBytes = JsonItems.Text.Length,
            Operations = 4_000,
            Contestants = ["pollhttp-run", "pollhttp-background", "httpclient"],
        },
        new()
        {
            Name = "post",
            Title = "POST of 1 KiB, 64 connections",
            Work = Work.Post,
            Path = "/post",
            NeedsKestrel = true,
            ExpectedBytes = 4,
            Operations = 10_000,
            Contestants = ["pollhttp-poll", "pollhttp-run", "pollhttp-background", "httpclient"],
        },
        new()
        {
            Name = "slow-and-fast",
            Title = "Small GET on 63 connections, while one reads a response that takes a second",
            Work = Work.SlowAndFast,
            Path = "/hello",
            NeedsKestrel = true,
            Operations = 10_000,
            WithLatency = true,
            Contestants = ["pollhttp-run", "pollhttp-background", "httpclient"],
        },
        new()
        {
            Name = "fixed-rate",
            Title = "Small GET, 4,000 begun each second",
            Path = "/hello",
            Rate = 4_000,
            Operations = 4_000,
            WithLatency = true,
            Contestants = ["pollhttp-background", "httpclient-pollhttp", "httpclient"],
        },
        new()
        {
            Name = "cpu-continuations",
            Title = "Small GET with 200 µs of computing after each, 64 connections, client on all cores",
            Work = Work.Compute,
            Path = "/hello",
            IsParallel = true,
            Operations = 4_000,
            Contestants = ["pollhttp-background", "httpclient-pollhttp", "httpclient"],
        },
        new()
        {
            Name = "blocking-continuations",
            Title = "Small GET with 1 ms of sleep after each, 64 connections, client on all cores",
            Work = Work.Block,
            Path = "/hello",
            IsParallel = true,
            Operations = 8_000,
            Contestants = ["pollhttp-background", "httpclient-pollhttp", "httpclient"],
        },
        new()
        {
            Name = "sparse",
            Title = "Small GET, one each 100 ms",
            Path = "/hello",
            Connections = 1,
            Rate = 10,
            Operations = 30,
            Contestants = ["pollhttp-background", "httpclient-pollhttp", "httpclient"],
        },
        new()
        {
            Name = "cold-start",
            Title = "Start of a process to the end of its first response",
            Work = Work.Cold,
            Path = "/hello",
            Connections = 1,
            Operations = 1,
            Unit = "start",
            Contestants = ["pollhttp-background", "pollhttp-sync", "pollhttp-poll", "httpclient", "runtime"],
        },
        new()
        {
            Name = "new-connection",
            Title = "A new connection for each request, 16 at once",
            Path = "/close",
            NeedsKestrel = true,
            Connections = 16,
            Operations = 2_000,
            Contestants = ["pollhttp-run", "pollhttp-background", "httpclient"],
        },
        new()
        {
            Name = "upload",
            Title = "Upload of 256 MiB",
            Work = Work.Upload,
            Path = "/upload",
            NeedsKestrel = true,
            Connections = 1,
            ExpectedBytes = 9,
            Operations = 1,
            Unit = "upload",
            Contestants = ["pollhttp-poll", "pollhttp-run", "pollhttp-background", "httpclient"],
        },
        new()
        {
            Name = "idle-connections",
            Title = "10,000 idle connections",
            Work = Work.Idle,
            Path = "/gather/10000",
            NeedsKestrel = true,
            Connections = 10_000,
            Operations = 10_000,
            Unit = "connection",
            Contestants = ["pollhttp-poll", "pollhttp-background", "httpclient"],
        },
        .. Bodies(1),
        .. Http2(),
    ];

    private static IEnumerable<Scenario> Http2()
    {
        string[] all = ["pollhttp-poll", "pollhttp-run", "pollhttp-background", "httpclient-pollhttp", "httpclient"];
        foreach (bool tls in (bool[])[false, true])
        {
            // libcurl 7.88, which Debian 12 has, can't use a connection again that it opened without TLS (curl issue 10634).
            string[] others = tls ? ["go", "undici", "libcurl"] : ["go", "undici"];
            string over = tls ? "over TLS" : "without TLS";
            Scenario small = new()
            {
                Name = tls ? "h2-get-tls" : "h2-get",
                Title = $"HTTP/2 {over}: small GET, 100 at once on one connection",
                Path = "/hello",
                IsHttp2 = true,
                IsTls = tls,
                Connections = 100,
                Operations = 40_000,
                WithLatency = !tls,
                Contestants = [.. all, .. tls ? Array.Empty<string>() : ["raw-epoll"], .. others, "h2load"],
            };
            yield return small;
            yield return small with
            {
                Name = tls ? "h2-body-tls" : "h2-body",
                Title = $"HTTP/2 {over}: body of 1 GiB",
                Path = $"/bytes/{1L << 30}",
                NeedsKestrel = true,
                Connections = 1,
                ExpectedBytes = 1L << 30,
                Operations = 1,
                Unit = "body",
                WithLatency = false,
                Contestants = [.. all, .. others, "curl", "nghttp"],
            };
            if (!tls)
            {
                yield return small with
                {
                    Name = "h2-one",
                    Title = "HTTP/2 without TLS: small GET, one at a time",
                    Connections = 1,
                    Operations = 20_000,
                };
                yield return small with
                {
                    Name = "h2-upload",
                    Title = "HTTP/2 without TLS: upload of 256 MiB",
                    Work = Work.Upload,
                    Path = "/upload",
                    NeedsKestrel = true,
                    Connections = 1,
                    ExpectedBytes = 9,
                    Operations = 1,
                    Unit = "upload",
                    WithLatency = false,
                    Contestants = [.. all, .. others],
                };
                yield return small with
                {
                    Name = "h2-small",
                    Title = "HTTP/2 without TLS: small GET, 8 at once (for comparison with the next)",
                    NeedsKestrel = true,
                    Connections = 8,
                    Operations = 30_000,
                    Contestants = [.. all.Where(n => n != "pollhttp-poll")],
                };
                yield return small with
                {
                    Name = "h2-mixed",
                    Title = "HTTP/2 without TLS: small GET, 8 at once, while another reads 1 GiB slowly on the same connection",
                    Work = Work.BodyBeside,
                    NeedsKestrel = true,
                    Connections = 9,
                    Operations = 30_000,
                    Contestants = [.. all.Where(n => n != "pollhttp-poll")],
                };
                yield return small with
                {
                    Name = "grpc-unary",
                    Title = "gRPC without TLS: unary call, 100 at once",
                    Work = Work.Grpc,
                    Path = "/",
                    NeedsKestrel = true,
                    Operations = 30_000,
                    Unit = "call",
                    Contestants = ["httpclient-pollhttp", "httpclient"],
                };
            }
        }
    }

    /// <summary>A large body over http and https, with its length and in chunks.</summary>
    public static IEnumerable<Scenario> Bodies(int gib)
    {
        foreach (bool tls in (bool[])[false, true])
        {
            foreach (bool chunked in (bool[])[false, true])
            {
                string scheme = tls ? "https" : "http";
                string framing = chunked ? "chunked" : "length";
                yield return new()
                {
                    Name = $"body-{scheme}-{framing}",
                    Title = $"Body of {gib} GiB, {scheme}, {framing}",
                    Path = $"/{(chunked ? "chunks" : "bytes")}/{(long)gib << 30}",
                    IsTls = tls,
                    NeedsKestrel = true,
                    Connections = 1,
                    ExpectedBytes = (long)gib << 30,
                    Operations = 1,
                    Unit = "body",
                    Contestants =
                    [
                        "pollhttp-poll", "pollhttp-run", "pollhttp-background", "pollhttp-pipe", "pollhttp-stream", "httpclient", "curl",
                        .. tls || chunked ? (string[])[] : ["recv-loop"],
                    ],
                };
            }
        }
    }
}
