using System.Text.Json;
using System.Text.Json.Serialization;

namespace PollHttp;

// From one run of a program to the next.
public sealed partial class CookieStore
{
    /// <summary>Writes the cookies that have an end, as JSON. They are secrets: write them where others can't read.</summary>
    public void Save(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        List<StoredCookie> lasting = [];
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            foreach (List<StoredCookie> cookies in _byDomain.Values)
            {
                lasting.AddRange(cookies.Where(c => c.Expires is not null && !c.IsExpired(now)));
            }
        }

        JsonSerializer.Serialize(destination, lasting, StoredCookiesJson.Default.ListStoredCookie);
    }

    /// <summary>Adds the cookies that <see cref="Save"/> wrote, except those that have ended since.</summary>
    /// <exception cref="JsonException">It is not what Save writes; nothing is added.</exception>
    public void Load(Stream source)
    {
        ArgumentNullException.ThrowIfNull(source);
        List<StoredCookie> loaded = JsonSerializer.Deserialize(source, StoredCookiesJson.Default.ListStoredCookie) ?? [];
        lock (_lock)
        {
            foreach (StoredCookie cookie in loaded)
            {
                Store(new Uri("https://" + HostPort.Bracket(cookie.Domain)), cookie);
            }
        }
    }
}

[JsonSerializable(typeof(List<StoredCookie>))]
internal sealed partial class StoredCookiesJson : JsonSerializerContext;
