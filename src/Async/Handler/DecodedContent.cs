using PollHttp.Decoding;

namespace PollHttp.Handler;

/// <summary>Represents the content of a response without its last content coding, as in the platform's handler.</summary>
internal sealed class DecodedContent : OnceReadContent
{
    private readonly HttpContent _encoded;
    private readonly ContentCodings _coding;
    private readonly string _method;
    private readonly Uri _uri;

    private DecodedContent(HttpContent encoded, ContentCodings coding, string[] remaining, string method, Uri uri)
    {
        _encoded = encoded;
        _coding = coding;
        _method = method;
        _uri = uri;
        foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in encoded.Headers.NonValidated)
        {
            if (name is not ("Content-Length" or "Content-Encoding"))
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }

        Headers.TryAddWithoutValidation("Content-Encoding", remaining);
    }

    /// <summary>Returns the content itself if its last coding was not requested.</summary>
    public static HttpContent For(HttpContent content, DecompressionMethods methods, string method, Uri uri)
    {
        ContentCodings coding = CodingPlan.LastOf(content, methods, out string[] remaining);
        return coding == ContentCodings.None ? content : new DecodedContent(content, coding, remaining, method, uri);
    }

    protected override Stream OpenStream(CancellationToken token) =>
        new DecodedContentStream(_encoded.ReadAsStream(token), _coding, _method, _uri);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _encoded.Dispose();
        }

        base.Dispose(disposing);
    }
}
