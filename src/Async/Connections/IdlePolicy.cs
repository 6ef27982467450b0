using System.Globalization;
using PollHttp.Pool;
using PollHttp.Settings;

namespace PollHttp.Connections;

/// <summary>
/// Determines how long a connection may be kept. Idle time and age are limited by the settings and by what the server said.
/// </summary>
/// <remarks>Thread safety: the caller holds the lock of the connection.</remarks>
internal sealed class IdlePolicy(OriginPool origin, ExchangeSettings settings)
{
    private static readonly TimeSpan s_unchecked = TimeSpan.FromMilliseconds(1);

    /// <summary>The margin before the limit of the server, so that no request meets the close of the connection by the server.</summary>
    private static readonly TimeSpan s_serverMargin = TimeSpan.FromSeconds(1);

    private Instant _born;
    private TimeSpan _serverLimit = TimeSpan.MaxValue;
    private long _pass;
    private bool _stays;

    /// <summary>Gets the time at which the making of the connection began.</summary>
    public Instant Born => _born;

    /// <summary>Gets the time since which no exchange is on the connection.</summary>
    public Instant Since { get; private set; }

    /// <summary>Gets a value indicating whether a response was received on the connection to its end.</summary>
    public bool HasServed { get; private set; }

    /// <summary>Gets the time at which the connection is closed if it stays idle.</summary>
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

    /// <summary>Determines whether the connection is older than the maximum age.</summary>
    public bool IsAged(Instant now) => settings.Lifetime != Timeout.InfiniteTimeSpan && now >= _born + settings.Lifetime;

    /// <summary>Records that the making of the connection begins.</summary>
    public void OnBorn(Instant now) => _born = now;

    /// <summary>Records that the connection was made.</summary>
    public void OnMade(Instant now) => Since = now;

    /// <summary>Records a new place on a shared connection. A request takes it at once, so only the age of the connection counts before that.</summary>
    /// <param name="born">The time at which the making of the shared connection began.</param>
    /// <param name="now">The current time.</param>
    public void OnPlaced(Instant born, Instant now)
    {
        OnBorn(born);
        OnMade(now);
        _stays = true;
    }

    /// <summary>Records that an exchange on the connection has ended.</summary>
    public void OnServed(Instant now)
    {
        Since = now;
        _stays = false;
        HasServed = true;
    }

    /// <summary>
    /// Records that the connection is offered to the pool. Later passes of its loop show whether it has been watched since.
    /// </summary>
    public void OnOffered(long pass) => _pass = pass;

    /// <summary>Determines whether the connection has gone unwatched for more than a moment, so that it must be checked before use.</summary>
    public bool IsUnwatched(bool loopPolls, long pass, Instant now) => (!loopPolls || _pass == pass) && now - Since > s_unchecked;

    /// <summary>Determines whether the time of an idle connection is over. Called by its timer.</summary>
    public bool IsOver(Instant now) => now >= Until && !Stays(now, isTaken: false);

    /// <summary>Determines whether a request that has taken the idle connection may be sent on it. The timer may be late.</summary>
    public bool MayBeUsed(Instant now) => now < Until || Stays(now, isTaken: true);

    /// <summary>Takes <c>Keep-Alive: timeout=n</c> as an upper bound. Anything unclear in it is ignored.</summary>
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

    /// <summary>
    /// Determines whether the connection stays beyond the idle time. It never stays beyond its age or the limit of the server.
    /// </summary>
    private bool Stays(Instant now, bool isTaken)
    {
        if (_stays || !origin.MayStayIdle(isTaken))
        {
            return false; // it has stayed once already
        }

        _stays = true;
        return now < Until;
    }
}
