namespace PollHttp.Differential;

/// <summary>What is done to the coded data.</summary>
public enum Damage
{
    None,

    /// <summary>When some of its end is missing.</summary>
    Truncated,

    /// <summary>When one to three bits, anywhere, are flipped.</summary>
    BitsFlipped,

    /// <summary>When a run of bytes is overwritten with others.</summary>
    Overwritten,

    /// <summary>When a run of bytes is missing in the middle.</summary>
    Removed,

    /// <summary>When a run of bytes comes twice.</summary>
    Repeated,

    /// <summary>When other bytes follow.</summary>
    Followed,

    /// <summary>When zero bytes follow.</summary>
    Padded,
}
