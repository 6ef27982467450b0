namespace PollHttp.Core;

/// <summary>Specifies facts about a head that its connection must know. They are independent of each other and don't change.</summary>
[Flags]
internal enum HeadTraits
{
    /// <summary>None of the facts.</summary>
    None = 0,

    /// <summary>The head has its own Host field.</summary>
    Host = 1,

    /// <summary>The head has an Upgrade field that Connection names.</summary>
    Upgrade = 1 << 1,

    /// <summary>The method is CONNECT.</summary>
    Connect = 1 << 2,

    /// <summary>The method is HEAD.</summary>
    Head = 1 << 3,

    /// <summary>Connection names close.</summary>
    Close = 1 << 4,

    /// <summary>The request expects 100-continue.</summary>
    Continue = 1 << 5,

    /// <summary>Connection names Upgrade.</summary>
    NamesUpgrade = 1 << 6,

    /// <summary>Connection names TE.</summary>
    NamesTe = 1 << 7,

    /// <summary>The head has a Priority field.</summary>
    Priority = 1 << 8,
}
