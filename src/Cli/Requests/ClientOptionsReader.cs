using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using PollHttp.Cli.Commands;

namespace PollHttp.Cli.Requests;

/// <summary>Reads from the command line the options of the client.</summary>
internal sealed class ClientOptionsReader(ParseResult line, RequestSymbols symbols, CommandHost host)
{
    /// <exception cref="CliException">A value is malformed, or a file can't be read.</exception>
    public PollHttpClientOptions Read()
    {
        PollHttpClientOptions options = new()
        {
            AllowAutoRedirect = line.GetValue(symbols.Location),
            Credentials = ReadUser(symbols.User) is { } user ? user : null,
            SslOptions = new TlsReader(line, symbols, host).Read(),
            BearerToken = ReadBearer(),
        };
        options.MaxAutomaticRedirections = line.GetValue(symbols.MaxRedirects) ?? options.MaxAutomaticRedirections;
        options.Timeout = line.GetValue(symbols.MaxTime) ?? options.Timeout;
        options.ConnectTimeout = line.GetValue(symbols.ConnectTimeout) ?? options.ConnectTimeout;
        options.AutomaticDecompression = line.GetValue(symbols.Raw) ? null : options.AutomaticDecompression;
        options.UserAgent = ReadUserAgent() ?? options.UserAgent;
        options.EndPoint = line.GetValue(symbols.UnixSocket) is { } socket ? ReadSocket(socket) : null;
        ReadProxy(options);
        return options;
    }

    private void ReadProxy(PollHttpClientOptions options)
    {
        string? exceptions = line.GetValue(symbols.NoProxy);
        string? proxy = line.GetValue(symbols.Proxy);
        if (exceptions == "*" || proxy == "")
        {
            options.UseProxy = false;
            return;
        }

        if (proxy is null)
        {
            if (exceptions is not null || line.GetValue(symbols.ProxyUser) is not null)
            {
                throw new CliException(ExitCode.Usage, "--proxy-user, and --noproxy with hosts, need --proxy.");
            }

            return;
        }

        Uri address = ReadProxyAddress(proxy);
        ICredentials? credentials = ReadUser(symbols.ProxyUser) ?? UserOf(address);
        options.Proxy = new CommandProxy(
            address,
            credentials,
            exceptions?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? []);
    }

    private static Uri ReadProxyAddress(string text)
    {
        string address = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Host.Length > 0
            && uri.Scheme is "http" or "https" or "socks4" or "socks4a" or "socks5" or "socks5h"
            ? uri
            : throw new CliException(ExitCode.Usage, "--proxy takes http://, https://, socks4:// or socks5:// with host and port.");
    }

    private static NetworkCredential? UserOf(Uri address)
    {
        if (address.UserInfo.Length == 0)
        {
            return null;
        }

        string[] pieces = address.UserInfo.Split(':', 2);
        return new(Uri.UnescapeDataString(pieces[0]), pieces.Length > 1 ? Uri.UnescapeDataString(pieces[1]) : "");
    }

    private NetworkCredential? ReadUser(Option<string?> option)
    {
        if (line.GetValue(option) is not { } text)
        {
            return null;
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            ? new(text[..colon], text[(colon + 1)..])
            : throw new CliException(ExitCode.Usage, $"{option.Name} takes user:password.");
    }

    private string? ReadBearer()
    {
        string? token = line.GetValue(symbols.Bearer);
        try
        {
            return new RequestOptions { BearerToken = token }.BearerToken;
        }
        catch (ArgumentException error)
        {
            throw new CliException(ExitCode.Usage, "--bearer: the token is empty, or has a character that is not allowed in a token.", error);
        }
    }

    private string? ReadUserAgent()
    {
        string? text = line.GetValue(symbols.UserAgent);
        try
        {
            if (!string.IsNullOrEmpty(text))
            {
                new HeaderList().Add("User-Agent", text);
            }
        }
        catch (ArgumentException error)
        {
            throw new CliException(ExitCode.Usage, $"--user-agent: {error.Message}", error);
        }

        return text;
    }

    private UnixDomainSocketEndPoint ReadSocket(string path)
    {
        try
        {
            return new(host.PathOf(path));
        }
        catch (ArgumentException error)
        {
            throw new CliException(ExitCode.Usage, $"--unix-socket {path}: {Failure.Line(error.Message)}", error);
        }
    }
}
