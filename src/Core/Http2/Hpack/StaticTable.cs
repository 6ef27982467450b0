using System.Text;

namespace PollHttp.Core.Http2.Hpack;

/// <summary>Provides the 61 entries of RFC 7541 Appendix A; indices begin with 1.</summary>
internal static class StaticTable
{
    private static readonly (string Name, string Value)[] s_entries =
    [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"), (":scheme", "http"),
        (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"),
        (":status", "404"), (":status", "500"), ("accept-charset", ""), ("accept-encoding", "gzip, deflate"), ("accept-language", ""),
        ("accept-ranges", ""), ("accept", ""), ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""),
        ("cache-control", ""), ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
        ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""),
        ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""),
        ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""),
        ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""), ("set-cookie", ""),
        ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ];

    private static readonly (byte[] Name, byte[] Value)[] s_octets =
        [.. s_entries.Select(static e => (Encoding.ASCII.GetBytes(e.Name), Encoding.ASCII.GetBytes(e.Value)))];

    private static readonly Dictionary<string, int> s_names = IndexNames();

    /// <summary>Gets the number of entries.</summary>
    public static int Count => 61;

    /// <summary>Gets the name of the entry at an index from 1 to <see cref="Count"/>.</summary>
    public static ReadOnlySpan<byte> NameAt(int index) => s_octets[index - 1].Name;

    /// <summary>Gets the value of the entry at an index from 1 to <see cref="Count"/>.</summary>
    public static ReadOnlySpan<byte> ValueAt(int index) => s_octets[index - 1].Value;

    /// <summary>Finds an entry for sending.</summary>
    /// <param name="name">A name in any case.</param>
    /// <param name="value">Its value.</param>
    /// <param name="isWhole">True if the entry found also has the value.</param>
    /// <returns>The index, or 0 if no entry has the name.</returns>
    public static int Find(string name, string value, out bool isWhole)
    {
        isWhole = false;
        if (!s_names.TryGetValue(name, out int first))
        {
            return 0;
        }

        for (int i = first; i <= Count && s_entries[i - 1].Name.Length == name.Length; i++)
        {
            if (s_entries[i - 1].Value == value && value.Length > 0 && s_entries[i - 1].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                isWhole = true;
                return i;
            }
        }

        return first;
    }

    private static Dictionary<string, int> IndexNames()
    {
        Dictionary<string, int> names = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < s_entries.Length; i++)
        {
            names.TryAdd(s_entries[i].Name, i + 1);
        }

        return names;
    }
}
