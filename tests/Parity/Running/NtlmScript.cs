using PollHttp.Tests.Exchanges;

namespace PollHttp.Parity.Running;

/// <summary>A server, or a proxy, that asks for NTLM, notes what it is told, and lets everybody in who goes on to the third message.</summary>
internal sealed class NtlmScript(bool isProxy)
{
    /// <summary>The messages, in order.</summary>
    public List<string> Told { get; } = [];

    /// <summary>The channel binding of the last third message.</summary>
    public string Binding { get; private set; } = "";

    public async Task ServeAsync(RawConnection connection)
    {
        bool isIn = false;
        while (await connection.ReadRequestAsync() is { } request)
        {
            string? field = request.Field(isProxy ? "Proxy-Authorization" : "Authorization");
            byte[] message = field?.StartsWith("NTLM ", StringComparison.Ordinal) == true ? Convert.FromBase64String(field[5..]) : [];
            int type = NtlmMessages.TypeOf(message);
            if (field is not null)
            {
                Told.Add(type switch
                {
                    0 => field,
                    3 => $"NTLM 3 of {NtlmMessages.UserOf(message)}",
                    _ => $"NTLM {type}",
                });
            }

            if (type == 3)
            {
                isIn = true;
                Binding = NtlmMessages.BindingOf(message);
            }

            if (!isIn)
            {
                await connection.WriteAsync(Ask(type == 1 ? "NTLM " + Convert.ToBase64String(NtlmMessages.Challenge(message)) : "NTLM"));
            }
            else if (request.Method == "CONNECT")
            {
                await connection.WriteAsync("HTTP/1.1 403 No further\r\nContent-Length: 0\r\n\r\n");
            }
            else
            {
                await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nin");
            }
        }
    }

    private string Ask(string challenge) => isProxy
        ? $"HTTP/1.1 407 Who\r\nProxy-Authenticate: {challenge}\r\nContent-Length: 0\r\n\r\n"
        : $"HTTP/1.1 401 Who\r\nWWW-Authenticate: {challenge}\r\nContent-Length: 0\r\n\r\n";
}
