namespace ViSurf.Api.Http;

/// <summary>What the OpenAPI document says of an endpoint beyond its route.</summary>
internal static class Describe
{
    /// <summary>The body is a spec, in JSON or YAML.</summary>
    public static RouteHandlerBuilder TakesSpec<T>(this RouteHandlerBuilder endpoint)
        where T : notnull => endpoint.Accepts<T>(SpecBody.Allowed[0], [.. SpecBody.Allowed.Skip(1)])
            .WithMetadata(new TakesSpec())
            .Problem(StatusCodes.Status413PayloadTooLarge).Problem(StatusCodes.Status415UnsupportedMediaType)
            .Problem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The answer has an ETag.</summary>
    public static RouteHandlerBuilder ProducesTagged<T>(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<T>().Produces(StatusCodes.Status304NotModified).NotFound();

    public static RouteHandlerBuilder NotFound(this RouteHandlerBuilder endpoint) => endpoint.Problem(StatusCodes.Status404NotFound);

    public static RouteHandlerBuilder Conflicts(this RouteHandlerBuilder endpoint) => endpoint.Problem(StatusCodes.Status409Conflict);

    public static TBuilder Problem<TBuilder>(this TBuilder endpoint, int status)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(Problem), [Problems.MediaType]));
}
