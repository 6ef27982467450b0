using System.Globalization;

namespace PollHttp;

// How long the connection may be kept: its idle time and its age, by our settings and by what the server said.
internal sealed partial class PooledConnection
{
    /// <summary>Its last moment may lie a little before the server's, so that no request meets the server's end.</summary>
    private static readonly TimeSpan s_serverMargin = TimeSpan.FromSeconds(1);

    /// <summary>Whether it may wait for another exchange at all.</summary>
    public bool MayBeKept => _pump!.Now < IdleUntil;

    /// <summary>Whether a response was received on it to its end. Under the gate.</summary>
    public bool HasServed { get; private set; }

    /// <summary>When it is to be closed if it stays idle.</summary>
    private Instant IdleUntil
    {
        get
        {
            Instant idle = _staysIdle || Settings.IdleTimeout == Timeout.InfiniteTimeSpan ? Instant.Never : _idleSince + Settings.IdleTimeout;
            Instant aged = Settings.Lifetime == Timeout.InfiniteTimeSpan ? Instant.Never : _born + Settings.Lifetime;
            Instant server = _serverIdleLimit == TimeSpan.MaxValue ? Instant.Never : _idleSince + _serverIdleLimit;
            Instant first = idle < aged ? idle : aged;
            return server < first ? server : first;
        }
    }

    /// <summary>By its timer, while idle: whether it is to be closed, so that nobody may take it any more.</summary>
    private bool HasIdledOut(Instant now) => now >= IdleUntil && !StaysIdle(now, isTaken: false) && _origin.TryTakeIdle(this);

    /// <summary>Whether a request may be sent on it, which has taken it from the idle ones. Its timer may be late.</summary>
    private bool MayBeUsed()
    {
        Instant now = _pump!.Now;
        return now < IdleUntil || StaysIdle(now, isTaken: true);
    }

    /// <summary>Whether it is one of those that stay beyond the idle time; never beyond its age, or what the server said.</summary>
    private bool StaysIdle(Instant now, bool isTaken)
    {
        if (_staysIdle || !_origin.MayStayIdle(isTaken))
        {
            return false; // it has stayed before: what is over now is another time
        }

        _staysIdle = true;
        return now < IdleUntil;
    }

    /// <summary>Takes <c>Keep-Alive: timeout=n</c> as an upper bound; anything unclear in it is ignored .</summary>
    private void NoteKeepAlive(ResponseHead head)
    {
        _serverIdleLimit = TimeSpan.MaxValue;
        if (head.Headers.TryGetValue("Keep-Alive", out string? value) && TryParseTimeout(value, out TimeSpan limit))
        {
            _serverIdleLimit = limit > s_serverMargin ? limit - s_serverMargin : TimeSpan.Zero;
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
}
