namespace PollHttp.Decoding;

/// <summary>
/// Represents the meaning of a code in 32 bits. The lowest five bits count the bits of the code and of what follows it. Three flags come
/// next, then eight bits that count the bits of the code alone, then a value of 16 bits.
/// </summary>
internal readonly struct HuffmanEntry(uint raw)
{
    private const uint LiteralMark = 0x20;
    private const uint SpecialMark = 0x40;
    private const uint PointerMark = 0x80;
    private const int CodeShift = 8;
    private const int ValueShift = 16;

    private readonly uint _raw = raw;

    /// <summary>Gets the entry for positions where no code ends.</summary>
    public static HuffmanEntry NoCode => new(SpecialMark);

    /// <summary>Gets the number of bits of the code and of what follows it; of a pointer, the bits that index the second table.</summary>
    public int Bits => (int)(_raw & 0x1F);

    /// <summary>Gets the number of bits of the code; 0 if there is no code.</summary>
    public int CodeBits => (int)(_raw >> CodeShift) & 0xF;

    /// <summary>Gets the literal, the smallest length or distance, the symbol, or the start of the second table.</summary>
    public int Value => (int)(_raw >> ValueShift);

    /// <summary>Gets a value indicating whether <see cref="Value"/> is a byte of output.</summary>
    public bool IsLiteral => (_raw & LiteralMark) != 0;

    /// <summary>Gets a value indicating whether the entry is neither a literal nor a length or distance: the end of a block, a symbol that must
    /// not occur, or no code at all.</summary>
    public bool IsSpecial => (_raw & SpecialMark) != 0;

    /// <summary>Gets a value indicating whether the entry points to a second table.</summary>
    public bool IsPointer => (_raw & PointerMark) != 0;

    public static HuffmanEntry Literal(int value) => new(((uint)value << ValueShift) | LiteralMark);

    public static HuffmanEntry Special(int symbol) => new(((uint)symbol << ValueShift) | SpecialMark);

    /// <summary>Creates the entry of a length or distance: a smallest value, to which the extra bits after the code are added.</summary>
    public static HuffmanEntry Meaning(int value, int extraBits = 0) => new(((uint)value << ValueShift) | (uint)extraBits);

    public static HuffmanEntry Pointer(int offset, int bits) => new(((uint)offset << ValueShift) | PointerMark | (uint)bits);

    /// <summary>Returns the entry with the length of its code added.</summary>
    public HuffmanEntry WithCode(int bits) => new(_raw + (uint)bits + ((uint)bits << CodeShift));

    /// <summary>Gets the value plus the extra bits that follow the code.</summary>
    public int ValueIn(ulong bits) => Value + (int)((bits & ~(ulong.MaxValue << Bits)) >> CodeBits);
}
