namespace PollHttp.Responses;

/// <summary>
/// Presents the body of a <see cref="Response"/> as the content type of HttpClient, so that code written for it keeps working. It is the
/// same body, which can be read once.
/// </summary>
internal sealed class ResponseContent : HttpContent
{
    private readonly Response _response;

    public ResponseContent(Response response)
    {
        _response = response;
        HeaderBlock fields = response.Headers;
        for (int i = 0; i < fields.Count; i++)
        {
            HeaderField field = fields[i];
            if (IsAboutContent(field.Name))
            {
                Headers.TryAddWithoutValidation(field.Name, field.Value);
            }
        }
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(_response.OpenBodyStream());

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => _response.OpenBodyStream();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _response.OpenBodyStream().CopyToAsync(stream, cancellationToken);

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using Stream body = _response.OpenBodyStream();
        body.CopyTo(stream);
    }

    protected override bool TryComputeLength(out long length)
    {
        // Content-Length is the server's claim; the length is counted from the received bytes.
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _response.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Determines whether HttpClient has the field in <see cref="HttpContent.Headers"/>.</summary>
    private static bool IsAboutContent(string name) =>
        name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Allow", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Expires", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Last-Modified", StringComparison.OrdinalIgnoreCase);
}
