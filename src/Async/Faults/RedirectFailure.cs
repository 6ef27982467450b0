namespace PollHttp;

/// <summary>Specifies why a redirect was not followed although following is enabled.</summary>
public enum RedirectFailure
{
    /// <summary>The limit of redirects was reached.</summary>
    TooMany,

    /// <summary>The redirect leads from https to http.</summary>
    Downgrade,

    /// <summary>The Location fields differ, are not an address, or lead to an address that can't be requested.</summary>
    BadLocation,

    /// <summary>The content would have to be sent again, but can't be.</summary>
    ContentNotReplayable,

    /// <summary><see cref="PollHttpClientOptions.RedirectPolicy"/> refused it.</summary>
    Refused,
}
