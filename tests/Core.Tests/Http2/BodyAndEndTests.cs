using System.Buffers;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>A body and whether it is whole, where another thread receives the rest of it meanwhile.</summary>
public sealed class BodyAndEndTests
{
    [Fact, Trait("rule", "R2-119")]
    public void Body_without_its_tail_is_never_said_to_be_whole()
    {
        byte[] whole = [1, 2, 3, 4, 5];
        HttpExchange exchange = new(new TailBetween(whole[..2], whole), new(1));
        long length = exchange.GetBody(out bool isWhole).Length;
        Assert.False(isWhole && length < whole.Length);

        length = exchange.GetBody(out isWhole).Length;
        Assert.True(isWhole);
        Assert.Equal(whole.Length, length);
    }
}
