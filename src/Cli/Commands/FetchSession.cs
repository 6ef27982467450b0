using System.CommandLine;
using PollHttp.Cli.Display;
using PollHttp.Cli.Requests;
using PollHttp.Cli.Timings;

namespace PollHttp.Cli.Commands;

/// <summary>Holds the client of one command, its observers, and what is saved and shown at the end.</summary>
internal sealed class FetchSession : IAsyncDisposable
{
    private const int ArchivedBodyBytes = 1 << 20;

    private readonly FetchSettings _settings;
    private readonly CommandHost _host;
    private readonly TimingRecorder? _timings;
    private readonly HarRecorder? _archive;
    private readonly string? _archivePath;
    private readonly WireEnds? _ends;
    private readonly CookieStore? _cookies;
    private readonly string? _cookiePath;

    /// <exception cref="CliException">A file can't be read, or has no folder to be written to.</exception>
    public FetchSession(
        ParseResult line,
        RequestSymbols requestSymbols,
        FetchSymbols symbols,
        PollHttpClientOptions options,
        FetchSettings settings,
        CommandHost host)
    {
        _settings = settings;
        _host = host;
        _timings = line.GetValue(symbols.Timings) ? new() : null;
        _archivePath = OutputFiles.Check(line.GetValue(symbols.Har), "--har", host);
        _archive = _archivePath is null ? null : new(new HarOptions { BodyBytes = ArchivedBodyBytes });
        _cookiePath = OutputFiles.Check(line.GetValue(symbols.CookieJar), "--cookie-jar", host);
        _cookies = CookieFiles.Read(_cookiePath, line.GetValue(requestSymbols.Cookie), host);
        options.UseCookies = _cookies is not null;
        options.Cookies = _cookies;
        int? traceBody = line.GetValue(symbols.TraceBody);
        WireLog? trace = line.GetValue(symbols.Trace) || traceBody is not null ? new(host.Error, new WireLogOptions { BodyBytes = traceBody ?? 0 }) : null;
        WireObserver[] observers = [.. new WireObserver?[] { trace, _timings, _archive }.OfType<WireObserver>()];
        _ends = observers.Length > 0 ? new(WireObserver.Combine(observers)) : null;
        options.WireObserver = _ends?.Observer;
        if (line.GetValue(symbols.Retry) is { } retries and > 0)
        {
            options.Middleware.Add(new Retry(retries, line.GetValue(symbols.RetryDelay), settings.Progress == ProgressKind.None ? TextWriter.Null : host.Error));
        }

        if (_ends is not null)
        {
            options.Middleware.Add(_ends); // the innermost, so that each attempt is awaited
        }

        Client = new(options);
    }

    public PollHttpClient Client { get; }

    /// <summary>Disposes the client, and then saves and shows what was recorded, also after failures.</summary>
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().ConfigureAwait(false);
        if (_ends is not null)
        {
            await _ends.WaitAsync().ConfigureAwait(false);
        }

        if (_timings is not null)
        {
            await _host.Error.WriteAsync(Waterfall.Draw(_timings.Take(), _host.Width, _settings.ErrorInk)).ConfigureAwait(false);
        }

        if (_archive is not null)
        {
            OutputFiles.Write(_archivePath!, "--har", _archive.Save);
        }

        if (_cookiePath is not null)
        {
            OutputFiles.Write(_cookiePath, "--cookie-jar", file => _cookies!.Save(file, includeSession: true));
        }
    }
}
