using PollHttp.Requests;

namespace PollHttp;

/// <summary>Contents one after the other, each with its own fields, as multipart of any subtype (RFC 2046 §5.1). Nothing is buffered.</summary>
public sealed class Multipart : RequestContent
{
    private readonly PartList _parts;

    /// <summary>Initializes a multipart content without parts.</summary>
    /// <param name="subtype">What comes after "multipart/": mixed, related, byteranges …</param>
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

    /// <summary>Gets the boundary: random, and not in any part that is in memory. Adding a part may change it.</summary>
    public string Boundary => _parts.Boundary;

    /// <inheritdoc/>
    public override long? Length => _parts.Length;

    /// <inheritdoc/>
    public override bool IsReplayable => _parts.AreReplayable;

    internal override bool IsShareable => _parts.AreShareable;

    /// <summary>Adds a part, sent with its Content-Type and its other fields as they are now.</summary>
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
