namespace PollHttp.Parity.Differential;

/// <summary>What became of a request.</summary>
/// <param name="Seen">What is compared: the response, or the exception by what code can look for.</param>
/// <param name="Error">The exception; null if there was a response.</param>
internal sealed record Http2Outcome(Observation Seen, Exception? Error)
{
    private const int PrefaceSize = 24;
    private const int HeaderSize = 9;

    private static readonly byte[] s_again =
    [
        .. Testing.Http2Frame.Settings().ToArray(), .. Testing.Http2Frame.SettingsAck().ToArray(),
        .. Testing.Http2Frame.Headers(1, false, (":status", "200"), ("x-again", "1")).ToArray(), .. Testing.Http2Frame.Data(1, "again", true).ToArray(),
    ];

    /// <summary>Gets a value indicating whether there was a response.</summary>
    public bool IsResponse => Error is null;

    /// <summary>Gets a value indicating whether the request was made again, on another connection.</summary>
    public bool IsAgain => Seen.Facets["connections"] != "1";

    /// <summary>Gets what the exception says of its kind.</summary>
    public HttpRequestError? Kind => (Error as HttpRequestException)?.HttpRequestError;

    /// <summary>Gets the code of the <see cref="HttpProtocolException"/> in the exception; null if there is none.</summary>
    public long? Code => ProtocolErrorOf(Error)?.ErrorCode;

    /// <summary>Gets a value indicating whether our handler sent that code, because the server broke a rule.</summary>
    public bool HasBrokenRule => ProtocolErrorOf(Error)?.Message.Contains("broke the rules of HTTP/2", StringComparison.Ordinal) == true;

    /// <summary>Gets a value indicating whether our handler received that code in a GOAWAY.</summary>
    public bool HasGoneAway => ProtocolErrorOf(Error)?.Message.Contains("closed the connection with", StringComparison.Ordinal) == true;

    /// <summary>Gets what our handler says of the exception.</summary>
    public Core.Fault Fault => FaultOf(Error);

    /// <summary>Makes a request, to which the server answers with a script on the first connection, and rightly on any other.</summary>
    public static async Task<Http2Outcome> ObserveAsync(bool isOurs, Http2Script script)
    {
        using Subject subject = new(isOurs);
        await using RawServer server = new(async connection =>
        {
            await ReadRequestAsync(connection);
            await connection.WriteAsync(connection.Number == 1 ? script.Octets : s_again);
            connection.EndSending();
            await connection.WaitForEndAsync(); // closing with something unread would reset the connection
        });
        HttpClient client = subject.Client(("UseCookies", false), ("AllowAutoRedirect", false));
        using HttpRequestMessage request = new(new(script.Method), server.Uri())
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = script.Method == "POST" ? new StringContent("content") : null,
        };
        Observation seen = new();
        Exception? error = null;
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request); // buffered, so that where a failure shows does not depend on time
            seen.Note(response, server);
            seen.Note("body", await response.Content.ReadAsStringAsync());
            seen.Note("trailers", Observation.Describe(response.TrailingHeaders));
        }
        catch (Exception caught) when (caught is HttpRequestException or IOException)
        {
            error = caught;
            seen.Note("error", $"{caught.GetType().Name}({(caught as HttpRequestException)?.HttpRequestError})");
            seen.Note("code", ProtocolErrorOf(caught)?.ErrorCode);
        }

        seen.Note("connections", server.ConnectionCount);
        return new(seen, error);
    }

    public override string ToString() => string.Join(", ", Seen.Facets.Select(static f => $"{f.Key} {f.Value}")) + Chain(Error);

    private static async Task ReadRequestAsync(RawConnection connection)
    {
        await connection.TakeAsync(PrefaceSize);
        bool isWhole = false;
        while (!isWhole)
        {
            byte[] header = await connection.TakeAsync(HeaderSize);
            await connection.TakeAsync((header[0] << 16) | (header[1] << 8) | header[2]);
            isWhole = header[3] is 0 or 1 && (header[4] & 1) != 0;
        }
    }

    private static HttpProtocolException? ProtocolErrorOf(Exception? error) =>
        error is null ? null : error as HttpProtocolException ?? ProtocolErrorOf(error.InnerException);

    private static Core.Fault FaultOf(Exception? error) => error switch
    {
        null => default,
        PollHttpException e => e.Fault,
        PollHttpIOException e => e.Fault,
        _ => FaultOf(error.InnerException),
    };

    private static string Chain(Exception? error) => error is null ? "" : $" ← {error.GetType().Name} '{error.Message}'{Chain(error.InnerException)}";
}
