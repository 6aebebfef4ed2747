import numpy as np
import pytest
import torch

from mvae.inference.gaussians import Gaussian, kl_divergence, product_of_gaussians, symmetric_kl, with_prior
from mvae.inference.planes import agreeing_dimensions, ellipse, pulling_dimensions, pulling_plane, pulls
from mvae.model.gaussian import product_of_experts

SIZE = 6


def gaussian(seed: int, size: int = SIZE) -> Gaussian:
    generator = np.random.default_rng(seed)
    return generator.normal(size=size), np.exp(generator.normal(size=size))


def experts(count: int) -> dict[str, Gaussian]:
    return {f"expert {seed}": gaussian(seed) for seed in range(count)}


@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_product_with_the_prior_is_the_models_product_of_experts(count: int) -> None:
    given = experts(count)
    means, variances = (np.array(part) for part in zip(*given.values(), strict=True))
    expected_mean, expected_log = product_of_experts(
        torch.from_numpy(means)[:, None], torch.from_numpy(variances).log()[:, None], torch.ones(1, count)
    )
    with_one_more = [np.array(part) for part in zip(*with_prior(given).values(), strict=True)]
    mean, variance = product_of_gaussians(*with_one_more)
    assert mean == pytest.approx(expected_mean[0, 0].numpy())
    assert variance == pytest.approx(expected_log.exp()[0, 0].numpy())


def test_the_product_is_the_product_of_the_densities() -> None:
    x = np.linspace(-6, 6, 2001)
    means, deviations = np.array([-1.0, 2.0, 0.5]), np.array([0.7, 1.2, 2.0])
    density = np.exp(-0.5 * ((x - means[:, None]) / deviations[:, None]) ** 2).prod(0)
    density /= density.sum()
    mean, variance = product_of_gaussians(means, deviations**2)
    assert mean == pytest.approx((density * x).sum(), abs=1e-6)
    assert variance == pytest.approx((density * (x - mean) ** 2).sum(), abs=1e-6)


def test_the_product_of_one_gaussian_is_itself() -> None:
    assert product_of_gaussians(np.array([2.5]), np.array([0.3])) == pytest.approx((2.5, 0.3))


def test_the_kl_divergence_is_the_average_log_ratio_and_torchs() -> None:
    p, q = gaussian(0), gaussian(1)
    distributions = [
        torch.distributions.Normal(torch.from_numpy(mean), torch.from_numpy(variance).sqrt())
        for mean, variance in (p, q)
    ]
    assert kl_divergence(p, q) == pytest.approx(
        float(torch.distributions.kl_divergence(*distributions).sum())
    )
    draws = p[0] + np.sqrt(p[1]) * np.random.default_rng(0).normal(size=(200_000, SIZE))

    def log_density(of: Gaussian) -> np.ndarray:
        return -0.5 * (np.log(2 * np.pi * of[1]) + (draws - of[0]) ** 2 / of[1]).sum(1)

    assert kl_divergence(p, q) == pytest.approx((log_density(p) - log_density(q)).mean(), rel=0.02)


def test_the_symmetric_divergence_is_symmetric_zero_for_equals_and_adds_up_over_dimensions() -> None:
    p, q = gaussian(0), gaussian(1)
    assert symmetric_kl(p, q) == symmetric_kl(q, p) > 0
    assert symmetric_kl(p, p) == 0
    parts = [symmetric_kl((p[0][[k]], p[1][[k]]), (q[0][[k]], q[1][[k]])) for k in range(SIZE)]
    assert symmetric_kl(p, q) == pytest.approx(sum(parts))
    # Two of one width: the squared distance in standard deviations.
    one = np.ones(1)
    assert symmetric_kl((0 * one, 4 * one), (6 * one, 4 * one)) == pytest.approx(9)


def test_pulls_balance_at_the_products_mean() -> None:
    forces, (mean, variance) = pulls(experts(3))
    assert forces.shape == (4, SIZE)
    assert forces.sum(0) == pytest.approx(np.zeros(SIZE), abs=1e-12)
    # The prior pulls towards 0, with a precision of 1.
    assert forces[0] == pytest.approx(-mean * np.sqrt(variance))


def test_no_other_plane_holds_more_of_the_pull() -> None:
    given = experts(3)
    forces, _ = pulls(given)
    plane = pulling_plane(given)
    assert plane.axes @ plane.axes.T == pytest.approx(np.eye(2))
    assert plane.share == pytest.approx(((forces @ plane.axes.T) ** 2).sum() / (forces**2).sum())
    generator = np.random.default_rng(0)
    for _ in range(200):
        other = np.linalg.qr(generator.normal(size=(SIZE, 2)))[0].T
        assert ((forces @ other.T) ** 2).sum() <= plane.share * (forces**2).sum() + 1e-9
    assert pulling_dimensions(given).share <= plane.share


def test_a_plane_shows_marginals() -> None:
    given = experts(3)
    plane = pulling_plane(given)
    mean, variance = given["expert 0"]
    draws = mean + np.sqrt(variance) * np.random.default_rng(0).normal(size=(100_000, SIZE))
    seen = ((draws - plane.origin) / plane.unit) @ plane.axes.T
    centre, covariance = plane.project((mean, variance))
    assert centre == pytest.approx(seen.mean(0), abs=0.05)
    assert covariance == pytest.approx(np.cov(seen.T), rel=0.03, abs=0.03)
    # The product of all is the middle of the plane, and a circle.
    centre, covariance = plane.project(pulls(given)[1])
    assert centre == pytest.approx(np.zeros(2), abs=1e-12)
    assert covariance == pytest.approx(np.eye(2))


def test_in_two_latent_dimensions_the_product_of_what_is_seen_is_what_is_seen_of_the_product() -> None:
    given = experts(3)
    plane = pulling_dimensions(given)
    seen = [plane.project(each) for each in with_prior(given).values()]
    mean, variance = product_of_gaussians(
        np.array([centre for centre, _ in seen]), np.array([np.diag(covariance) for _, covariance in seen])
    )
    centre, covariance = plane.project(pulls(given)[1])
    assert mean == pytest.approx(centre, abs=1e-12)
    assert variance == pytest.approx(np.diag(covariance))
    forces, _ = pulls(given)
    assert set(plane.dimensions or ()) == set(np.argsort((forces**2).sum(0))[-2:])


def test_where_experts_agree_the_product_lies_among_them_and_is_narrower_than_each() -> None:
    given = {
        "a": (np.array([1.0, 1.0, 1.0, 9.0, 0.0]), np.array([0.1, 0.01, 0.2, 0.001, 4.0])),
        "b": (np.array([1.3, 1.2, 0.9, -9.0, 0.0]), np.array([0.1, 9.0, 0.1, 0.001, 4.0])),
    }
    plane = agreeing_dimensions(given)
    assert plane.dimensions == (0, 2)  # of 1 and 4 one knows little; in 3 they quarrel
    centre, covariance = plane.project(pulls(given)[1])
    seen = [plane.project(each) for each in given.values()]
    for mean, spread in seen:
        assert (np.diag(covariance) < np.diag(spread)).all()
        assert (np.abs(mean - centre) <= 2 * np.sqrt(np.diag(spread))).all()


def test_where_they_agree_nowhere_there_is_a_plane_nevertheless() -> None:
    quarrel = {
        name: (np.full(3, mean), np.array([0.01, 0.02, 0.03])) for name, mean in (("a", 5.0), ("b", -5.0))
    }
    assert agreeing_dimensions(quarrel).dimensions == (0, 1)


def test_one_expert_alone_has_a_plane_too() -> None:
    given = experts(1)
    plane = pulling_plane(given)
    assert plane.axes @ plane.axes.T == pytest.approx(np.eye(2))
    assert plane.share == pytest.approx(1)
    same = {"prior's double": (np.zeros(SIZE), np.ones(SIZE))}
    assert np.isfinite(pulling_plane(same).axes).all()


def test_an_ellipse_lies_so_many_deviations_around_its_mean() -> None:
    mean, covariance = np.array([1.0, -2.0]), np.array([[2.0, 0.7], [0.7, 1.0]])
    points = ellipse(mean, covariance, 2)
    assert points.shape == (65, 2)
    assert points[0] == pytest.approx(points[-1], abs=1e-6)
    away = points - mean
    distance = np.sqrt(np.einsum("ni,ij,nj->n", away, np.linalg.inv(covariance), away))
    assert distance == pytest.approx(2, abs=1e-5)
