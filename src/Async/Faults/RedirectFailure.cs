namespace PollHttp;

/// <summary>Why a redirect was not followed although the request asks to follow them.</summary>
public enum RedirectFailure
{
    /// <summary>The limit of redirects was reached.</summary>
    TooMany,

    /// <summary>When it leads from https to http.</summary>
    Downgrade,

    /// <summary>The Location fields differ, are no address, or lead to an address that can't be requested.</summary>
    BadLocation,

    /// <summary>The content would have to be sent again and can't be.</summary>
    ContentNotReplayable,

    /// <summary><see cref="PollHttpClientOptions.RedirectPolicy"/> refused it.</summary>
    Refused,
}
