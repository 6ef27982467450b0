using PollHttp.Requests;

namespace PollHttp;

/// <summary>
/// Represents fields and files as multipart/form-data (RFC 7578), in the order added. Parts may be of any kind, including streams of any
/// length: nothing is buffered. It is replayable and has a known length if all parts do.
/// </summary>
public sealed class MultipartForm : RequestContent
{
    private readonly PartList _parts;

    /// <summary>Initializes a form without fields.</summary>
    public MultipartForm()
        : this(PollHttp.Requests.Boundary.Create)
    {
    }

    internal MultipartForm(Func<string> createBoundary)
    {
        _parts = new("form-data", createBoundary);
        ContentType = _parts.ContentType;
    }

    /// <summary>Gets the boundary, which is random and does not occur in parts that are in memory. Adding a part may change it.</summary>
    public string Boundary => _parts.Boundary;

    /// <inheritdoc/>
    public override long? Length => _parts.Length;

    /// <inheritdoc/>
    public override bool IsReplayable => _parts.AreReplayable;

    internal override bool IsShareable => _parts.AreShareable;

    /// <summary>Adds a field with text.</summary>
    public MultipartForm Add(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Add(name, FromBytes(System.Text.Encoding.UTF8.GetBytes(value)));
    }

    /// <summary>Adds a field with a content. It is sent with its current Content-Type and other fields.</summary>
    /// <param name="name">The name of the field. Quotes and line ends are percent-encoded, as browsers do.</param>
    /// <param name="content">The content; it can be added to one form only.</param>
    /// <param name="fileName">The name of the file, without a path, or null.</param>
    public MultipartForm Add(string name, RequestContent content, string? fileName = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string file = fileName is null ? "" : $"; filename=\"{Escape(fileName)}\"";
        _parts.Add(content, $"Content-Disposition: form-data; name=\"{Escape(name)}\"{file}\r\n");
        ContentType = _parts.ContentType;
        return this;
    }

    /// <summary>Adds a field with a file. The current length is used, and the file is opened when it is sent.</summary>
    /// <param name="name">The name of the field.</param>
    /// <param name="path">The file.</param>
    /// <param name="contentType">The type of the file; <c>application/octet-stream</c> by default. It is not guessed from the name.</param>
    /// <param name="fileName">The name to send; null for that of the file, without its folders.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public MultipartForm AddFile(string name, string path, string contentType = "application/octet-stream", string? fileName = null) =>
        Add(name, RequestContent.FromFile(path, contentType), fileName ?? Path.GetFileName(path));

    /// <inheritdoc/>
    public override ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default) =>
        _parts.WriteToAsync(sink, cancellationToken);

    /// <inheritdoc/>
    public override void WriteTo(ContentSink sink) => _parts.WriteTo(sink);

    // The encoding that browsers use (WHATWG HTML, multipart/form-data encoding algorithm): no other characters are changed.
    private static string Escape(string text) => text
        .Replace("\"", "%22", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);
}
