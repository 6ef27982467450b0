using static PollHttp.Core.ResponseEvent;

namespace PollHttp.Core;

/// <summary>Specifies what can happen to the response of an exchange.</summary>
internal enum ResponseEvent
{
    BeginResponse,
    HeadBytes,
    InterimHeadRead,
    FinalHeadRead,
    FinalHeadReadWithoutContent,
    SwitchHeadRead,
    TrailerBytes,
    BodyComplete,
    Breakage,
    Report,
    TakeTunnel,
    Discard,
}

/// <summary>
/// Lists every transition of <see cref="ResponseProgress"/>. A transition that is not in the table can't happen.
/// </summary>
/// <remarks>
/// <code>
/// Head ─► InHead ─► Body ─► Trailers ─► Whole ─► Ended ─► Head (of the next exchange)
///   └──────┴─────────┴─────────┴─► Broken ─► Failed
/// InHead ─► Tunnel ─► TunnelTaken
/// </code>
/// <see cref="Transitions"/> say what may happen on the connection; this table says how far one response is.
/// </remarks>
internal static class ResponseTransitions
{
    private static readonly ResponseProgress?[,] s_table = Build();

    /// <summary>Returns the state that the event leads to, or null if it can't happen there.</summary>
    public static ResponseProgress? Next(ResponseProgress from, ResponseEvent cause) => s_table[(int)from, (int)cause];

    private static ResponseProgress?[,] Build()
    {
        var table = new ResponseProgress?[(int)ResponseProgress.Failed + 1, (int)Discard + 1];
        void Add(ResponseProgress from, ResponseEvent cause, ResponseProgress to) => table[(int)from, (int)cause] = to;

        Add(ResponseProgress.None, BeginResponse, ResponseProgress.Head);
        Add(ResponseProgress.Ended, BeginResponse, ResponseProgress.Head);
        Add(ResponseProgress.Head, HeadBytes, ResponseProgress.InHead);
        Add(ResponseProgress.InHead, InterimHeadRead, ResponseProgress.Head);
        Add(ResponseProgress.InHead, FinalHeadRead, ResponseProgress.Body);
        Add(ResponseProgress.InHead, FinalHeadReadWithoutContent, ResponseProgress.Whole);
        Add(ResponseProgress.InHead, SwitchHeadRead, ResponseProgress.Tunnel);
        Add(ResponseProgress.Body, TrailerBytes, ResponseProgress.Trailers);
        Add(ResponseProgress.Body, BodyComplete, ResponseProgress.Whole);
        Add(ResponseProgress.Trailers, BodyComplete, ResponseProgress.Whole);
        Add(ResponseProgress.Whole, Report, ResponseProgress.Ended);
        Add(ResponseProgress.Broken, Report, ResponseProgress.Failed);
        Add(ResponseProgress.Tunnel, TakeTunnel, ResponseProgress.TunnelTaken);

        foreach (ResponseProgress unread in (ResponseProgress[])[ResponseProgress.Head, ResponseProgress.InHead, ResponseProgress.Body, ResponseProgress.Trailers])
        {
            Add(unread, Breakage, ResponseProgress.Broken);
            Add(unread, Discard, ResponseProgress.Failed);
        }

        // Neither the end nor a failure of a body that was dropped unread is reported: the end would be untrue, and the failure irrelevant.
        Add(ResponseProgress.Whole, Discard, ResponseProgress.Ended);
        Add(ResponseProgress.Broken, Discard, ResponseProgress.Failed);
        foreach (ResponseProgress over in (ResponseProgress[])
            [ResponseProgress.None, ResponseProgress.Ended, ResponseProgress.Tunnel, ResponseProgress.TunnelTaken, ResponseProgress.Failed])
        {
            Add(over, Discard, over);
        }

        return table;
    }
}
