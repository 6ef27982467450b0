using PollHttp.Requests;

namespace PollHttp;

/// <summary>Represents several contents, each with its own fields, as multipart of any subtype (RFC 2046
/// §5.1). Nothing is buffered.</summary>
public sealed class Multipart : RequestContent
{
    private readonly PartList _parts;

    /// <summary>Initializes a multipart content without parts.</summary>
    /// <param name="subtype">The text after "multipart/": mixed, related, byteranges …</param>
    public Multipart(string subtype = "mixed")
        : this(subtype, PollHttp.Requests.Boundary.Create)
    {
    }

    internal Multipart(string subtype, Func<string> createBoundary)
    {
        ArgumentException.ThrowIfNullOrEmpty(subtype);
        _parts = new(subtype, createBoundary);
        ContentType = _parts.ContentType;
    }

    /// <summary>Gets the boundary, which is random and does not occur in parts that are in memory. Adding a part may change it.</summary>
    public string Boundary => _parts.Boundary;

    /// <inheritdoc/>
    public override long? Length => _parts.Length;

    /// <inheritdoc/>
    public override bool IsReplayable => _parts.AreReplayable;

    internal override bool IsShareable => _parts.AreShareable;

    /// <summary>Adds a part. It is sent with its current Content-Type and other fields.</summary>
    public Multipart Add(RequestContent content)
    {
        _parts.Add(content);
        ContentType = _parts.ContentType;
        return this;
    }

    /// <inheritdoc/>
    public override ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default) =>
        _parts.WriteToAsync(sink, cancellationToken);

    /// <inheritdoc/>
    public override void WriteTo(ContentSink sink) => _parts.WriteTo(sink);
}
