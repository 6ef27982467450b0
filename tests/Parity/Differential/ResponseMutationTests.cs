using System.Globalization;
using System.Text.RegularExpressions;

namespace PollHttp.Parity.Differential;

/// <summary>
/// Responses that are changed by seed, to both handlers over one server: nothing is taken here that the platform refuses, and what both take
/// has the same status, body and number of fields. What only the platform takes must be of a kind that docs/swap-in.md lists.
/// </summary>
/// <remarks>A share runs always; POLLHTTP_DIFFERENTIAL=full runs the rest.</remarks>
public sealed partial class ResponseMutationTests
{
    private const int PerSeed = 60;

    private static readonly string[] s_responses =
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: a, b\r\n\r\nhello",
        "HTTP/1.1 404 Not Found\r\nServer: s\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n2;a=b\r\nhe\r\n3\r\nllo\r\n0\r\nT: t\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 204 No Content\r\nSet-Cookie: a=b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
    ];

    private static readonly string[] s_pieces =
    [
        "\r\n", "\n", "\r", " ", "\t", ":", ",", ";", "=", "\"", "\0", "\u0001", "\u007f", "\u00e9", "0", "1", "5", "a", "A: b\r\n", "chunked",
        "identity", "Content-Length: 2\r\n", "Transfer-Encoding: chunked\r\n", "\r\n\r\n", " \r\n", "HTTP/1.1 100 C\r\n\r\n", ";x=y", "0\r\n",
    ];

    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(1, Environment.GetEnvironmentVariable("POLLHTTP_DIFFERENTIAL") == "full" ? 400 : 6)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Changed_responses_are_taken_alike(int seed)
    {
        Random random = new(seed);
        string[] replies = [.. Enumerable.Range(0, PerSeed).Select(_ => Change(random))];
        await using RawServer server = new(async connection =>
        {
            if (await connection.ReadRequestAsync() is { } request)
            {
                await connection.WriteAsync(replies[int.Parse(request.Line.Split(' ')[1][1..], CultureInfo.InvariantCulture)]);
                connection.Close();
            }
        });
        using HttpClient theirs = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
        using HttpClient ours = new(new PollHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false });
        List<string> wrong = [];
        for (int i = 0; i < PerSeed; i++)
        {
            (string? expected, Exception? refused) = await GetAsync(theirs, server.Uri($"/{i}"));
            (string? actual, Exception? error) = await GetAsync(ours, server.Uri($"/{i}"));
            bool isRight = expected is null ? actual is null : actual is null ? IsListed(replies[i], error!) : actual == expected;
            if (!isRight)
            {
                wrong.Add($"{replies[i].Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\n"
                    + $"  platform: {expected ?? refused!.Message}\n  ours:     {actual ?? error!.Message}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>Refused here alone: by a rule about the framing, a value, or the status that a row of the page names.</summary>
    private static bool IsListed(string reply, Exception error)
    {
        Exception? inside = error;
        while (inside is not null and not PollHttpException and not PollHttpIOException)
        {
            inside = inside.InnerException;
        }

        Core.Fault fault = inside switch
        {
            PollHttpException e => e.Fault,
            PollHttpIOException e => e.Fault,
            _ => default,
        };
        return fault.Kind switch
        {
            Core.FaultKind.MalformedChunkSize or Core.FaultKind.MissingChunkEnd => true, // lone LF, the grammar of extensions, long sizes
            Core.FaultKind.UnsupportedTransferCoding or Core.FaultKind.MalformedLength or Core.FaultKind.ConflictingLengths => true,
            Core.FaultKind.BareLineFeed => reply.Contains("chunked", StringComparison.OrdinalIgnoreCase), // in trailers
            Core.FaultKind.MalformedField => reply.StartsWith("HTTP/1.1 1", StringComparison.Ordinal) || HasLoneReturn(reply) || IsBrokenWhereItFrames(reply),
            Core.FaultKind.MalformedStatusLine => reply.Contains("HTTP/1.1 0", StringComparison.Ordinal) || HasControl(reply),
            _ => false,
        };
    }

    private static bool IsBrokenWhereItFrames(string reply) => FramingField().IsMatch(reply);

    [GeneratedRegex("(content-length|transfer-encoding|connection)( +:|:[^\\n]*\\n[ \\t])", RegexOptions.IgnoreCase)]
    private static partial Regex FramingField();

    private static bool HasLoneReturn(string reply)
    {
        for (int i = reply.IndexOf('\r', StringComparison.Ordinal); i >= 0; i = reply.IndexOf('\r', i + 1))
        {
            if (i + 1 == reply.Length || reply[i + 1] != '\n')
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasControl(string reply) => reply.Any(static c => c is < ' ' and not ('\r' or '\n') or '\u007f') || HasLoneReturn(reply);

    private static string Change(Random random)
    {
        string reply = s_responses[random.Next(s_responses.Length)];
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = random.Next(reply.Length + 1);
            int taken = random.Next(3) == 0 ? 0 : Math.Min(random.Next(1, 4), reply.Length - at);
            string put = random.Next(4) == 0 ? "" : s_pieces[random.Next(s_pieces.Length)];
            reply = reply[..at] + put + reply[(at + taken)..];
        }

        return reply;
    }

    private static async Task<(string? Seen, Exception? Error)> GetAsync(HttpClient client, Uri uri)
    {
        try
        {
            using HttpResponseMessage response = await client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead);
            string body = response.StatusCode == HttpStatusCode.SwitchingProtocols ? "(two-way)" : await response.Content.ReadAsStringAsync();
            return ($"{(int)response.StatusCode} {response.Headers.NonValidated.Count}+{response.Content.Headers.NonValidated.Count} '{body}'", null);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return (null, error);
        }
    }
}
