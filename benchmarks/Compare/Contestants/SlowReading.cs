namespace PollHttp.Compare;

/// <summary>Reads a body at 16 KiB a millisecond, so that the server always has more of it than it may send, until the round is over.</summary>
internal static class SlowReading
{
    private const int BytesAPiece = 16 * 1024;
    private static volatile bool s_isOver;

    /// <summary>Whether the round is over, and the rest of the body is not wanted.</summary>
    public static bool IsOver
    {
        get => s_isOver;
        set => s_isOver = value;
    }

    public static async ValueTask ReadAsync(Stream body)
    {
        byte[] buffer = new byte[BytesAPiece];
        while (!IsOver)
        {
            if (await body.ReadAsync(buffer) == 0)
            {
                throw new ContestantException("the slow body ended before the small requests did");
            }

            await Task.Delay(1);
        }
    }
}
