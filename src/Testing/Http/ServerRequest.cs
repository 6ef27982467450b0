using System.Text;

namespace PollHttp.Testing;

/// <summary>Represents a request as a simulated server received it.</summary>
public sealed class ServerRequest
{
    internal ServerRequest(string method, string target, IReadOnlyList<KeyValuePair<string, string>> headers, byte[] body, int connectionNumber)
    {
        Method = method;
        Target = target;
        Headers = headers;
        Body = body;
        ConnectionNumber = connectionNumber;
    }

    /// <summary>Gets the method.</summary>
    public string Method { get; }

    /// <summary>Gets the request target, as sent.</summary>
    public string Target { get; }

    /// <summary>Gets the fields in the order sent, names and values as sent (Latin-1, trimmed).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>Gets the content, without chunk framing.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Gets the content as Latin-1.</summary>
    public string BodyText => Encoding.Latin1.GetString(Body.Span);

    /// <summary>Gets the number of the connection in its network, from 1.</summary>
    public int ConnectionNumber { get; }

    /// <summary>Returns the first value of a field, or null.</summary>
    public string? Header(string name)
    {
        foreach (KeyValuePair<string, string> header in Headers)
        {
            if (header.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return header.Value;
            }
        }

        return null;
    }
}
