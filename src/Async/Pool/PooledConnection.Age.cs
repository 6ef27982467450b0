using System.Globalization;

namespace PollHttp;

// How long the connection may be kept: its idle time and its age, by our settings and by what the server said.
internal sealed partial class PooledConnection
{
    /// <summary>Its last moment may lie a little before the server's, so that no request meets the server's end.</summary>
    private static readonly TimeSpan s_serverMargin = TimeSpan.FromSeconds(1);

    /// <summary>Whether it may wait for another exchange at all.</summary>
    public bool MayBeKept => _pump!.Now < IdleUntil;

    /// <summary>When it is to be closed if it stays idle.</summary>
    private Instant IdleUntil
    {
        get
        {
            Instant idle = Settings.IdleTimeout == Timeout.InfiniteTimeSpan ? Instant.Never : _idleSince + Settings.IdleTimeout;
            Instant aged = Settings.Lifetime == Timeout.InfiniteTimeSpan ? Instant.Never : _born + Settings.Lifetime;
            Instant server = _serverIdleLimit == TimeSpan.MaxValue ? Instant.Never : _idleSince + _serverIdleLimit;
            Instant first = idle < aged ? idle : aged;
            return server < first ? server : first;
        }
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
