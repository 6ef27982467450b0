using PollHttp.Client;

namespace PollHttp;

// The settings that HttpClient has on the client itself.
public sealed partial class PollHttpClient
{
    private System.Net.Http.Headers.HttpRequestHeaders? _defaultHeaders;
    private Version _defaultVersion = HttpVersion.Version11;
    private HttpVersionPolicy _defaultPolicy;
    private long? _bufferLimit;

    /// <summary>
    /// Gets the fields that are added to each request without a field of the name. A field that is invalid in a request (Expect without a
    /// content) is left out, and TE is named in Connection. Must not be changed while requests are being sent.
    /// </summary>
    public System.Net.Http.Headers.HttpRequestHeaders DefaultRequestHeaders => _defaultHeaders ??= NewHeaders();

    /// <summary>
    /// Gets or sets the maximum size of a body that is read whole, in bytes; by default
    /// <see cref="PollHttpClientOptions.MaxResponseContentBufferSize"/>.
    /// </summary>
    public long MaxResponseContentBufferSize
    {
        get => _bufferLimit ?? _options.MaxResponseContentBufferSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(MaxResponseContentBufferSize));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, int.MaxValue, nameof(MaxResponseContentBufferSize));
            _bufferLimit = value;
        }
    }

    /// <summary>
    /// Gets or sets the version of all requests, except those sent as an HttpRequestMessage, which has its own version. It is 1.1; or 1.0,
    /// for which a content must know its length; or 2.0, which is used over TLS if the server chooses it, and otherwise falls back to 1.1
    /// unless <see cref="DefaultVersionPolicy"/> forbids that. HTTP/3 is not supported. Blocking calls use HTTP/1.1.
    /// </summary>
    public Version DefaultRequestVersion
    {
        get => _defaultVersion;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            ArgumentOutOfRangeException.ThrowIfLessThan(value, HttpVersion.Version10, nameof(DefaultRequestVersion));
            _defaultVersion = value;
        }
    }

    /// <summary>
    /// Gets or sets how <see cref="DefaultRequestVersion"/> applies if the server uses another version; RequestVersionOrLower by default,
    /// as in HttpClient. With 2.0 and RequestVersionExact, HTTP/2 is used without TLS too, by prior knowledge (RFC 9113 §3.3).
    /// </summary>
    public HttpVersionPolicy DefaultVersionPolicy
    {
        get => _defaultPolicy;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value, (uint)HttpVersionPolicy.RequestVersionExact, nameof(DefaultVersionPolicy));
            _defaultPolicy = value;
        }
    }

    /// <summary>
    /// Cancels all requests whose response head has not arrived, or whose body the call itself reads whole (GetStringAsync and similar
    /// methods), as if each had been canceled by its token. The client stays usable. Bodies that you read continue, and so do waits of a
    /// <see cref="RequestMiddleware"/> itself. Can be called from any thread.
    /// </summary>
    public void CancelPendingRequests()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _engine.Pool.CancelPending();
    }

    internal PollLoop Loop => _engine.Loop;

    internal int BufferLimit => (int)Math.Min(MaxResponseContentBufferSize, Array.MaxLength);

    private static System.Net.Http.Headers.HttpRequestHeaders NewHeaders()
    {
        using var message = new HttpRequestMessage(); // the only way to get such a collection; the message itself is not used
        return message.Headers;
    }

    /// <summary>Returns the fields of a request: its own, those of its options, and missing default fields.</summary>
    private HeaderList? WithDefaults(HeaderList? own, RequestContent? content, RequestOptions? options, bool isMessage)
    {
        (string? bearerToken, RequestPriority? priority) = (options?.BearerToken, options?.Priority);
        if (_defaultHeaders is null && bearerToken is null && priority is null)
        {
            return isMessage && own is not null ? FittingFields.Fit(own, 0, content) : own;
        }

        HeaderList all = [.. own ?? []];
        if (bearerToken is not null && !all.Contains("Authorization"))
        {
            all.Add("Authorization", "Bearer " + bearerToken);
        }

        if (priority is not null && !all.Contains("Priority"))
        {
            all.Add("Priority", priority.ToString());
        }

        int count = all.Count;
        if (_defaultHeaders is { } defaults)
        {
            foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in defaults.NonValidated)
            {
                if (!Names(all, count, name))
                {
                    MessageFields.Add(all, name, values);
                }
            }
        }

        return FittingFields.Fit(all, isMessage ? 0 : count, content);
    }

    private static bool Names(HeaderList list, int count, string name)
    {
        for (int i = 0; i < count; i++)
        {
            if (list[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
