using Refit;

namespace PollHttp.Extensions.Http.Tests;

/// <summary>Of a form that Refit can generate requests for.</summary>
public interface IThings
{
    [Get("/things/{name}")]
    Task<Thing> GetAsync(string name);

    [Post("/things")]
    Task<Thing> AddAsync([Body] Thing thing);
}
