using System.Globalization;
using PollHttp.Pool;
using PollHttp.Settings;

namespace PollHttp.Connections;

/// <summary>How long a connection may be kept: its idle time and its age, by our settings and by what the server said.</summary>
/// <remarks>Under the lock of the connection.</remarks>
internal sealed class IdlePolicy(OriginPool origin, ExchangeSettings settings)
{
    private static readonly TimeSpan s_unchecked = TimeSpan.FromMilliseconds(1);

    /// <summary>The last moment may lie a little before the server's, so that no request meets the server's end.</summary>
    private static readonly TimeSpan s_serverMargin = TimeSpan.FromSeconds(1);

    private Instant _born;
    private TimeSpan _serverLimit = TimeSpan.MaxValue;
    private long _pass;
    private bool _stays;

    /// <summary>Gets when the connection began to be made.</summary>
    public Instant Born => _born;

    /// <summary>Since when nothing is on the connection.</summary>
    public Instant Since { get; private set; }

    /// <summary>Whether a response was received on it to its end.</summary>
    public bool HasServed { get; private set; }

    /// <summary>When it is to be closed if it stays idle.</summary>
    public Instant Until
    {
        get
        {
            Instant idle = _stays || settings.IdleTimeout == Timeout.InfiniteTimeSpan ? Instant.Never : Since + settings.IdleTimeout;
            Instant aged = settings.Lifetime == Timeout.InfiniteTimeSpan ? Instant.Never : _born + settings.Lifetime;
            Instant server = _serverLimit == TimeSpan.MaxValue ? Instant.Never : Since + _serverLimit;
            Instant first = idle < aged ? idle : aged;
            return server < first ? server : first;
        }
    }

    /// <summary>Whether it is older than connections may become.</summary>
    public bool IsAged(Instant now) => settings.Lifetime != Timeout.InfiniteTimeSpan && now >= _born + settings.Lifetime;

    /// <summary>The connection begins to be made.</summary>
    public void OnBorn(Instant now) => _born = now;

    /// <summary>The connection was made.</summary>
    public void OnMade(Instant now) => Since = now;

    /// <summary>An exchange on it ended in order.</summary>
    public void OnServed(Instant now)
    {
        Since = now;
        _stays = false;
        HasServed = true;
    }

    /// <summary>It is offered to the pool; whether anybody looks at it from now on is told by the passes of its loop.</summary>
    public void OnOffered(long pass) => _pass = pass;

    /// <summary>Whether nobody looked at it for more than a moment, so that it must be looked at before it is used.</summary>
    public bool IsUnwatched(bool loopPolls, long pass, Instant now) => (!loopPolls || _pass == pass) && now - Since > s_unchecked;

    /// <summary>By its timer, while idle: whether its time is over.</summary>
    public bool IsOver(Instant now) => now >= Until && !Stays(now, isTaken: false);

    /// <summary>Whether a request may be sent on it, which has taken it from the idle ones. Its timer may be late.</summary>
    public bool MayBeUsed(Instant now) => now < Until || Stays(now, isTaken: true);

    /// <summary>Takes <c>Keep-Alive: timeout=n</c> as an upper bound; anything unclear in it is ignored.</summary>
    public void NoteKeepAlive(ResponseHead head)
    {
        _serverLimit = TimeSpan.MaxValue;
        if (head.Headers.TryGetValue("Keep-Alive", out string? value) && TryParseTimeout(value, out TimeSpan limit))
        {
            _serverLimit = limit > s_serverMargin ? limit - s_serverMargin : TimeSpan.Zero;
        }
    }

    internal static bool TryParseTimeout(string value, out TimeSpan limit)
    {
        limit = default;
        foreach (string part in value.Split(','))
        {
            ReadOnlySpan<char> parameter = part.AsSpan().Trim();
            int equals = parameter.IndexOf('=');
            if (equals > 0
                && parameter[..equals].TrimEnd().Equals("timeout", StringComparison.OrdinalIgnoreCase)
                && uint.TryParse(parameter[(equals + 1)..].Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out uint seconds))
            {
                limit = TimeSpan.FromSeconds(seconds);
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it is one of those that stay beyond the idle time; never beyond its age, or what the server said.</summary>
    private bool Stays(Instant now, bool isTaken)
    {
        if (_stays || !origin.MayStayIdle(isTaken))
        {
            return false; // it has stayed before: what is over now is another time
        }

        _stays = true;
        return now < Until;
    }
}
