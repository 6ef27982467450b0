namespace PollHttp.Core.Http2.Hpack;

/// <summary>
/// Decodes a Huffman-coded string piece by piece (RFC 7541 §5.2), half an octet a step. The shortest code has five bits, so a step ends at
/// most one symbol.
/// </summary>
internal struct HuffmanDecoder
{
    /// <summary>The next node and the decoded symbol, for each inner node of the code's tree and each half octet.</summary>
    private static readonly Step[] s_steps = BuildSteps(out s_isEnd);

    /// <summary>True for each inner node where a string may end: after at most seven bits that are all ones.</summary>
    private static readonly bool[] s_isEnd;

    private byte _node;

    /// <summary>Gets a value indicating whether the string may end here.</summary>
    public readonly bool IsAtEnd => s_isEnd[_node];

    /// <summary>Begins a string.</summary>
    public void Start() => _node = 0;

    /// <summary>Decodes octets; <paramref name="destination"/> needs room for eight octets for each five of them.</summary>
    /// <param name="source">The next octets of the string.</param>
    /// <param name="destination">The span that receives the result.</param>
    /// <param name="written">The number of octets of <paramref name="destination"/> that were filled.</param>
    /// <returns>False when the string contains the symbol that ends strings.</returns>
    public bool Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int written)
    {
        written = 0;
        int node = _node;
        Step[] steps = s_steps;
        foreach (byte octet in source)
        {
            Step step = steps[(node << 4) | (octet >> 4)];
            if (step.HasSymbol)
            {
                destination[written++] = step.Symbol;
            }
            else if (step.IsFault)
            {
                return false;
            }

            node = step.Node;
            step = steps[(node << 4) | (octet & 0xF)];
            if (step.HasSymbol)
            {
                destination[written++] = step.Symbol;
            }
            else if (step.IsFault)
            {
                return false;
            }

            node = step.Node;
        }

        _node = (byte)node;
        return true;
    }

    private static Step[] BuildSteps(out bool[] isEnd)
    {
        // Inner nodes are positive, leaves are ~symbol. 0 is the root, and also marks a child that does not exist yet.
        int[][] children = new int[HuffmanCode.SymbolCount - 1][];
        int nodes = 0;
        children[nodes++] = new int[2];
        for (int symbol = 0; symbol < HuffmanCode.SymbolCount; symbol++)
        {
            uint code = HuffmanCode.CodeOf(symbol);
            int node = 0;
            for (int bit = HuffmanCode.LengthOf(symbol) - 1; bit > 0; bit--)
            {
                ref int next = ref children[node][(code >> bit) & 1];
                if (next == 0)
                {
                    children[nodes] = new int[2];
                    next = nodes++;
                }

                node = next;
            }

            children[node][code & 1] = ~symbol;
        }

        isEnd = new bool[nodes];
        for (int node = 0, ones = 0; ones < 8; ones++)
        {
            isEnd[node] = true;
            node = children[node][1];
        }

        Step[] steps = new Step[nodes << 4];
        for (int node = 0; node < nodes; node++)
        {
            for (int half = 0; half < 16; half++)
            {
                steps[(node << 4) | half] = Walk(children, node, half);
            }
        }

        return steps;
    }

    private static Step Walk(int[][] children, int node, int half)
    {
        byte symbol = 0;
        bool hasSymbol = false;
        for (int bit = 3; bit >= 0; bit--)
        {
            int next = children[node][(half >> bit) & 1];
            if (next == ~HuffmanCode.EndOfString)
            {
                return new(0, 0, HasSymbol: false, IsFault: true);
            }

            if (next < 0)
            {
                symbol = (byte)~next;
                hasSymbol = true;
                next = 0;
            }

            node = next;
        }

        return new((byte)node, symbol, hasSymbol, IsFault: false);
    }

    private readonly record struct Step(byte Node, byte Symbol, bool HasSymbol, bool IsFault);
}
