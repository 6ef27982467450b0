using System.Text;

namespace PollHttp;

/// <summary>Reads where a redirect leads .</summary>
internal static class RedirectLocation
{
    /// <summary>The new address, or null where the response names none that can be read.</summary>
    /// <param name="current">What relative references are relative to, and whose fragment is inherited.</param>
    /// <param name="head">The response.</param>
    /// <param name="isAmbiguous">True when there are two different Location fields.</param>
    public static Uri? Read(Uri current, ResponseHead head, out bool isAmbiguous)
    {
        isAmbiguous = false;
        HeaderBlock fields = head.Headers;
        int first = fields.IndexOf("Location");
        if (first < 0)
        {
            return null;
        }

        ReadOnlySpan<byte> value = fields.GetValueBytes(first);
        for (int i = fields.IndexOf("Location", first + 1); i >= 0; i = fields.IndexOf("Location", i + 1))
        {
            if (!fields.GetValueBytes(i).SequenceEqual(value))
            {
                isAmbiguous = true;
                return null;
            }
        }

        return value.IsEmpty ? null : Resolve(current, Encode(value));
    }

    private static Uri? Resolve(Uri current, string reference) => Uri.TryCreate(current, reference, out Uri? next)
        ? WithoutUserInfo(InheritFragment(current, next))
        : null;

    private static Uri InheritFragment(Uri current, Uri next) =>
        next.Fragment.Length == 0 && current.Fragment.Length > 0 ? new Uri(next.OriginalString.TrimEnd('#') + current.Fragment) : next;

    private static Uri WithoutUserInfo(Uri next) => next.UserInfo.Length == 0
        ? next
        : new UriBuilder(next) { UserName = "", Password = "" }.Uri;

    /// <summary>Bytes that no address has, encoded as they are: UTF-8 stays UTF-8, Latin-1 stays what it was. A backslash too: what
    /// it would mean depends on who reads it.</summary>
    private static string Encode(ReadOnlySpan<byte> value)
    {
        if (!value.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e) && !value.Contains((byte)'\\'))
        {
            return Encoding.ASCII.GetString(value);
        }

        StringBuilder text = new(value.Length + 16);
        foreach (byte b in value)
        {
            if (b is >= 0x21 and <= 0x7e and not (byte)'\\')
            {
                text.Append((char)b);
            }
            else
            {
                text.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return text.ToString();
    }
}
