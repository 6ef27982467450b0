using System.Globalization;

namespace PollHttp.Extensions.Http;

/// <summary>Parses the text of settings, independently of the culture. An empty text means none, if none is allowed.</summary>
internal static class SettingText
{
    public static int Number(string value) => int.Parse(value, CultureInfo.InvariantCulture);

    public static long? LongOrNone(string value) => value.Length == 0 ? null : long.Parse(value, CultureInfo.InvariantCulture);

    public static TimeSpan Time(string value) => TimeSpan.Parse(value, CultureInfo.InvariantCulture);

    public static TimeSpan? TimeOrNone(string value) => value.Length == 0 ? null : Time(value);
}
