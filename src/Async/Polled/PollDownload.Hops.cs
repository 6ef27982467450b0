using System.Globalization;
using System.Net.Security;
using PollHttp.Addresses;
using PollHttp.Decoding;
using PollHttp.Policies;
using PollHttp.Secrets;

namespace PollHttp;

// The requests of a download: the first one, each redirect, and their connection.
public sealed partial class PollDownload
{
    private RequestHead _head = new();
    private ReadOnlyMemory<byte> _content;
    private bool _decodes;
    private Stage _stage;

    // The destination of the connection, and the settings it was made with.
    private Uri? _connectedTo;
    private Uri? _connectedProxy;
    private SslClientAuthenticationOptions? _connectedTls;
    private bool _isReused;

    private bool HasResponse => _stage != Stage.Unsent && _client.HasResponse;

    /// <summary>Gets a value indicating whether the next Poll has something to do, independently of the network.</summary>
    private bool NeedsNoWaiting => _client.Status switch
    {
        PollStatus.Resolving or PollStatus.Connecting or PollStatus.Requesting => false,
        PollStatus.Body => _client.TryReadResponseBodySlice(out _),
        _ => true,
    };

    /// <summary>Prepares the first request from the settings. If a setting is invalid, only the connection changes.</summary>
    /// <exception cref="ArgumentException">A setting is invalid.</exception>
    private void Prepare(Uri address)
    {
        CheckProxy(_options.HttpProxy, nameof(PollDownloadOptions.HttpProxy));
        CheckProxy(_options.HttpsProxy, nameof(PollDownloadOptions.HttpsProxy));
        RequestHead head = new() { Method = _options.Method };
        foreach (HeaderField field in _options.Headers)
        {
            head.Headers.Add(field);
        }

        // Ranges count the bytes of one encoding, so the content must not be encoded.
        bool decodes = !head.Headers.Contains("Accept-Encoding") && !head.Headers.Contains("Range");
        if (decodes)
        {
            head.Headers.Add("Accept-Encoding", CodingPlan.AcceptEncodingOf(_options.Codings) ?? "identity");
        }

        GoTo(address, head, _options.Content);
        _decodes = decodes;
    }

    /// <summary>Prepares the next request. If it can't be made, only the connection changes.</summary>
    /// <exception cref="ArgumentException">The request can't be made.</exception>
    private void GoTo(Uri address, RequestHead head, ReadOnlyMemory<byte> content)
    {
        head.Target = address.PathAndQuery;
        bool isReused = CanReuse(address, head);
        if (!isReused)
        {
            Connect(address);
        }

        try
        {
            _client.CheckRequest(head, content);
        }
        catch (ArgumentException)
        {
            _client.Close();
            throw;
        }

        (_head, _content, _isReused, Address) = (head, content, isReused, address);
        Rewind();
    }

    private void Rewind()
    {
        _stage = Stage.Unsent;
        _codingProblem = null;
        _given = 0;
        DownloadedBytes = 0;
        WrittenBytes = 0;
        TotalBytes = -1;
    }

    private void Connect(Uri address)
    {
        bool isHttps = address.Scheme == Uri.UriSchemeHttps;
        Uri? proxy = isHttps ? _options.HttpsProxy : _options.HttpProxy;
        SslClientAuthenticationOptions? tls = isHttps ? _options.Tls : null;
        (_connectedTo, _connectedProxy, _connectedTls) = (address, proxy, tls);
        _client.SetHttpProxy(_options.HttpProxy?.IdnHost, _options.HttpProxy?.Port ?? -1);
        _client.SetHttpsProxy(_options.HttpsProxy?.IdnHost, _options.HttpsProxy?.Port ?? -1);
        string host = address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost;
        _client.ConnectToHost($"{address.Scheme}://{host}", address.Port, tls);
    }

    /// <summary>
    /// Determines whether the existing connection has the same destination and settings. It may have ended meanwhile, which does not fail
    /// an idempotent request; other requests use a new connection (RFC 9110 §9.2.2).
    /// </summary>
    private bool CanReuse(Uri address, RequestHead head)
    {
        bool isHttps = address.Scheme == Uri.UriSchemeHttps;
        return _client.Status == PollStatus.Connected
            && _connectedTo is { } there && RequestUri.IsSameOrigin(there, address)
            && Equals(_connectedProxy, isHttps ? _options.HttpsProxy : _options.HttpProxy)
            && ReferenceEquals(_connectedTls, isHttps ? _options.Tls : null)
            && RetryRules.IsIdempotent(head.Method);
    }

    /// <summary>Repeats the request on a new connection, because the kept one had ended before it responded.</summary>
    private void Reconnect()
    {
        _isReused = false;
        Connect(Address!);
        Rewind();
    }

    private void Redirect(RedirectLocation location)
    {
        if (Redirects == _options.MaxRedirects)
        {
            Fail(PollDownloadResult.RedirectLimitReached, string.Create(CultureInfo.InvariantCulture,
                $"{Origin}: more than {_options.MaxRedirects} redirects."));
            return;
        }

        string? problem = location.Problem;
        if (problem is null && Address!.Scheme == Uri.UriSchemeHttps && location.Address!.Scheme != Uri.UriSchemeHttps)
        {
            problem = "it leads from https to http";
        }

        problem ??= Follow(location.Address!);
        if (problem is not null)
        {
            Fail(PollDownloadResult.RedirectRefused, $"{Origin}: the redirect can't be followed: {problem}.");
        }
    }

    /// <summary>Follows a redirect, or returns the reason why not, as the end of a sentence.</summary>
    private string? Follow(Uri to)
    {
        bool isCrossOrigin = !RequestUri.IsSameOrigin(Address!, to);
        string method = RedirectPolicy.MethodAfter(_client.ResponseCode, _head.Method);
        bool dropsContent = method != _head.Method;
        RequestHead head = new() { Method = method };
        foreach (HeaderField field in _head.Headers)
        {
            // A dropped field is not restored when a later redirect returns to the origin.
            if (!(isCrossOrigin && KnownSecrets.BelongsToOrigin(field.Name)) && !(dropsContent && RedirectPolicy.DescribesContent(field.Name)))
            {
                head.Headers.Add(field);
            }
        }

        TakeRest();
        try
        {
            GoTo(to, head, dropsContent ? default : _content);
            Redirects++;
            return null;
        }
        catch (ArgumentException error)
        {
            return $"it leads to an address that can't be requested: {error.Message.TrimEnd('.')}";
        }
    }

    /// <summary>Reads the received rest of an unneeded body: if that completes it, the connection can be used again.</summary>
    private void TakeRest()
    {
        while (_client.TryReadResponseBodySlice(out ReadOnlyMemory<byte> slice))
        {
            _client.AdvanceBody(slice.Length);
        }
    }

    private static void CheckProxy(Uri? proxy, string name)
    {
        if (proxy is not null && (!proxy.IsAbsoluteUri || RequestUri.FindProblem(proxy) is not null))
        {
            throw new ArgumentException("A proxy is an absolute http address, with a host and a port.", name);
        }
    }
}
