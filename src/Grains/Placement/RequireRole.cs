using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace ViSurf.Grains;

/// <summary>A grain lives on silos with this role, whoever calls it: a slot that hangs must not hold up what decides over others.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequireRoleAttribute(string role) : PlacementFilterAttribute(new RequireRole(role));

/// <summary>The role that a grain's class asks for.</summary>
public sealed class RequireRole : PlacementFilterStrategy
{
    private const string Key = "visurf-role";

    public RequireRole()
        : this("")
    {
    }

    public RequireRole(string role)
        : base(order: 0) => Role = role;

    public string Role { get; private set; }

    public override void AdditionalInitialize(GrainProperties properties) => Role = GetPlacementFilterGrainProperty(Key, properties)
        ?? throw new OrleansException($"a grain's class asks for a role and names none ({Key})");

    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) =>
        [new(Key, Role)];
}

/// <summary>Keeps the silos whose labels say the role.</summary>
public sealed class RequireRoleFilter(SiloLabels labels) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        string role = ((RequireRole)filterStrategy).Role;
        return silos.Where(silo => labels.Of(silo, SiloLabels.Roles)?.Split(',').Contains(role) == true);
    }
}
