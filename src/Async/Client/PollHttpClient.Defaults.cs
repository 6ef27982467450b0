using PollHttp.Client;

namespace PollHttp;

// What HttpClient lets one set on the client itself.
public sealed partial class PollHttpClient
{
    private System.Net.Http.Headers.HttpRequestHeaders? _defaultHeaders;
    private Version _defaultVersion = HttpVersion.Version11;
    private HttpVersionPolicy _defaultPolicy;
    private long? _bufferLimit;

    /// <summary>
    /// Fields added to each request that has none of the name. One that has no meaning in a request (Expect without a content) is left out of it,
    /// and TE is named in Connection. Not to be changed while requests are being sent.
    /// </summary>
    public System.Net.Http.Headers.HttpRequestHeaders DefaultRequestHeaders => _defaultHeaders ??= NewHeaders();

    /// <summary>Gets or sets the largest body that is read whole, in bytes; by default
    /// <see cref="PollHttpClientOptions.MaxResponseContentBufferSize"/>.</summary>
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
    /// Gets or sets the version of all requests but those sent as an HttpRequestMessage, which has its own: HTTP/1.1, or 1.0, where a
    /// content must know its length; or 2.0, which is spoken over TLS with servers that choose it, and otherwise is 1.1 unless
    /// <see cref="DefaultVersionPolicy"/> forbids that. There is no HTTP/3. Calls that block use HTTP/1.1.
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
    /// What <see cref="DefaultRequestVersion"/> means where the server speaks another version: RequestVersionOrLower, as in HttpClient. With
    /// 2.0 and RequestVersionExact HTTP/2 is spoken without TLS too, by prior knowledge (RFC 9113 §3.3).
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

    /// <summary>Gives up all requests whose response head has not come, or whose body the call itself reads whole (GetStringAsync and the
    /// like), as if each had been canceled by its token; the client can be used on. Bodies that you read go on, and so does what a <see cref="RequestMiddleware"/> waits for itself. From any thread.</summary>
    public void CancelPendingRequests()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _engine.Pool.CancelPending();
    }

    internal PollLoop Loop => _engine.Loop;

    internal int BufferLimit => (int)Math.Min(MaxResponseContentBufferSize, Array.MaxLength);

    private static System.Net.Http.Headers.HttpRequestHeaders NewHeaders()
    {
        using var message = new HttpRequestMessage(); // the only way to such a collection; nothing of the message itself is kept
        return message.Headers;
    }

    /// <summary>Returns the fields of a request: its own, its token, and the defaults that it has not.</summary>
    private HeaderList? WithDefaults(HeaderList? own, RequestContent? content, string? bearerToken, bool isMessage)
    {
        if (_defaultHeaders is null && bearerToken is null)
        {
            return isMessage && own is not null ? FittingFields.Fit(own, 0, content) : own;
        }

        HeaderList all = [.. own ?? []];
        if (bearerToken is not null && !all.Contains("Authorization"))
        {
            all.Add("Authorization", "Bearer " + bearerToken);
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
