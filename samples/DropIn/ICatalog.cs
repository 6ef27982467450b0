using Refit;

namespace PollHttp.DropIn;

/// <summary>The service, as Refit calls it.</summary>
public interface ICatalog
{
    /// <summary>Gets all items.</summary>
    [Get("/items")]
    Task<Item[]> GetItemsAsync(CancellationToken cancellationToken);

    /// <summary>Adds an item.</summary>
    [Post("/items")]
    Task AddItemAsync([Body] Item item, CancellationToken cancellationToken);
}
