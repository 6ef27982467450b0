namespace PollHttp.Differential;

/// <summary>What happens in a step of a <see cref="CookieCase"/>.</summary>
public enum CookieStepKind
{
    /// <summary>The response of an address sets a cookie.</summary>
    Receive,

    /// <summary>The response of an address sets many cookies of different names.</summary>
    Flood,

    /// <summary>A request goes to an address.</summary>
    Ask,

    /// <summary>Time passes.</summary>
    Pass,

    /// <summary>The session ends.</summary>
    EndSession,
}
