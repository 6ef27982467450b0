using System.Net;
using PollHttp.Core;

namespace PollHttp.Sockets;

/// <summary>Caches recently found addresses by name. Thread safety: none; its resolver locks.</summary>
internal sealed class AddressCache(TimeSpan timeToLive, TimeProvider time)
{
    /// <summary>
    /// The maximum number of names, so that a crawler does not fill the memory. Beyond it the expired entries are removed, or all.
    /// </summary>
    internal const int Capacity = 1024;

    private readonly Dictionary<string, (IPAddress[] Addresses, Instant Until)> _entries = new(StringComparer.OrdinalIgnoreCase);

    internal IPAddress[]? Find(string host)
    {
        if (timeToLive == TimeSpan.Zero || !_entries.TryGetValue(host, out var entry))
        {
            return null;
        }
        if (Instant.Now(time) < entry.Until)
        {
            return entry.Addresses;
        }
        _entries.Remove(host);
        return null;
    }

    internal void Add(string host, IPAddress[] addresses)
    {
        if (timeToLive == TimeSpan.Zero)
        {
            return;
        }
        Instant now = Instant.Now(time);
        if (_entries.Count >= Capacity)
        {
            foreach (string old in _entries.Where(entry => entry.Value.Until <= now).Select(entry => entry.Key).ToList())
            {
                _entries.Remove(old);
            }
            if (_entries.Count >= Capacity)
            {
                _entries.Clear();
            }
        }
        _entries[host] = (addresses, now + timeToLive);
    }
}
