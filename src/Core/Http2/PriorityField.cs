namespace PollHttp.Core.Http2;

/// <summary>Reads the urgency from a value of the Priority field (RFC 9218 §4.1), a dictionary of structured fields (RFC 9651 §3.2).</summary>
internal static class PriorityField
{
    /// <summary>The number of urgencies; 0 is the most urgent.</summary>
    public const int UrgencyCount = 8;

    /// <summary>The urgency of a request that names none.</summary>
    public const int DefaultUrgency = 3;

    /// <summary>Gets the urgency. A value that is no number from 0 to 7, or a field that can't be read, means the default.</summary>
    public static int UrgencyOf(ReadOnlySpan<char> field)
    {
        int urgency = DefaultUrgency;
        while (true)
        {
            int comma = field.IndexOf(',');
            ReadOnlySpan<char> member = (comma < 0 ? field : field[..comma]).Trim(" \t");
            int semicolon = member.IndexOf(';');
            member = semicolon < 0 ? member : member[..semicolon]; // parameters have no meaning here
            if (member.Length > 0 && member[0] == 'u' && (member.Length == 1 || member[1] == '='))
            {
                urgency = member.Length == 3 && member[2] is >= '0' and <= '7' ? member[2] - '0' : DefaultUrgency; // the last one counts
            }

            if (comma < 0)
            {
                return urgency;
            }

            field = field[(comma + 1)..];
        }
    }
}
