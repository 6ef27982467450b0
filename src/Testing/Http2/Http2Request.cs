using System.Text;

namespace PollHttp.Testing;

/// <summary>Represents a request as a simulated HTTP/2 server received it.</summary>
public sealed class Http2Request
{
    private readonly List<byte> _body = [];

    internal Http2Request(int connectionNumber, int streamId, List<KeyValuePair<string, string>> fields)
    {
        ConnectionNumber = connectionNumber;
        StreamId = streamId;
        Fields = fields;
    }

    /// <summary>Gets the number of the connection in its network, from 1.</summary>
    public int ConnectionNumber { get; }

    /// <summary>Gets the stream.</summary>
    public int StreamId { get; }

    /// <summary>Gets all fields in the order received, pseudo-fields first.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; }

    /// <summary>Gets the trailer fields; empty without a trailer section.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Trailers { get; internal set; } = [];

    /// <summary>Gets the method.</summary>
    public string Method => Field(":method") ?? "";

    /// <summary>Gets the path with its query.</summary>
    public string Path => Field(":path") ?? "";

    /// <summary>Gets the content received so far.</summary>
    public ReadOnlyMemory<byte> Body => _body.ToArray();

    /// <summary>Gets the content received so far, as Latin-1.</summary>
    public string BodyText => Encoding.Latin1.GetString([.. _body]);

    /// <summary>Gets a value indicating whether the client ended the request.</summary>
    public bool IsWhole { get; internal set; }

    /// <summary>Gets the code with which the client reset the stream, or null.</summary>
    public uint? ResetCode { get; internal set; }

    /// <summary>Returns the first value of a field, or null.</summary>
    public string? Field(string name)
    {
        foreach (KeyValuePair<string, string> field in Fields)
        {
            if (field.Key == name)
            {
                return field.Value;
            }
        }

        return null;
    }

    internal void Append(ReadOnlyMemory<byte> data) => _body.AddRange(data.Span);
}
